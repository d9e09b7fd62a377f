// A part that is drawn again only when one of the things it depends on is another.

import { Component, type ComponentChildren } from "preact";

export class Frozen extends Component<{ of: readonly unknown[]; children: () => ComponentChildren }> {
  override shouldComponentUpdate(next: Readonly<{ of: readonly unknown[] }>): boolean {
    return next.of.length !== this.props.of.length || next.of.some((value, index) => !Object.is(value, this.props.of[index]));
  }

  render(): ComponentChildren {
    return this.props.children();
  }
}
