// Scrolling further than a browser allows an element to be high.

/** Firefox stops near 17 million pixels; this is well below it, and a lower ceiling for all is one case to test. */
export const MAX_SCROLL_PX = 8_000_000;

/** Maps places in a list of any height to places of a scroll bar of limited height. */
export class Scale {
  constructor(
    /** Height of all rows. */
    readonly content: number,
    /** Height of what is seen of them. */
    readonly view: number,
  ) {}

  /** Height the scrolled element gets. */
  get bar(): number {
    return Math.min(this.content, MAX_SCROLL_PX);
  }

  get scaled(): boolean {
    return this.content > MAX_SCROLL_PX;
  }

  get #ratio(): number {
    return this.scaled ? (this.content - this.view) / (this.bar - this.view) : 1;
  }

  toContent(bar: number): number {
    return this.clamp(bar * this.#ratio);
  }

  toBar(content: number): number {
    return content / this.#ratio;
  }

  clamp(content: number): number {
    return Math.max(0, Math.min(content, this.content - this.view));
  }
}
