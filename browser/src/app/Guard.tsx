// A view that fails says so in its place and leaves the others alone.

import { Component, type ComponentChildren, type JSX } from "preact";

/** @param of what the failure belongs to: with another value the children are tried again. */
export class Guard extends Component<{ of: unknown; what: string; children: ComponentChildren }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  override componentDidCatch(error: Error): void {
    console.error(error);
    this.setState({ error });
  }

  override componentDidUpdate(before: Readonly<{ of: unknown }>): void {
    if (before.of !== this.props.of && this.state.error !== null) this.setState({ error: null });
  }

  render(): JSX.Element | ComponentChildren {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div class="il-notice" role="alert">
        <h2>{this.props.what} can't be shown</h2>
        <p>{error.message}</p>
        <button type="button" class="il-button" onClick={() => this.setState({ error: null })}>
          Try again
        </button>
      </div>
    );
  }
}
