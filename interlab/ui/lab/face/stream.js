// What happened, however much: only what is near the window is drawn. Lines stand in blocks; a block out of sight keeps
// its height and loses its lines, so that scrolling and adding cost the same after a thousand lines as after ten.
import { el } from "./form.js";

const BLOCK = 12; // lines
const LINE_PX = 62; // of a line that was never drawn
const NEAR_PX = 800; // around the window

export class Stream {
  // `drawn` makes the element of an item; `tail` is what stands below the last.
  constructor(drawn, label) {
    this.drawn = drawn;
    this.blocks = [];
    this.due = new Set();
    this.place = 0;
    this.tail = el("div", { class: "ill-waits", "aria-hidden": "true", hidden: true }, el("i"), el("i"), el("i"));
    this.node = el("div", { class: "ill-stream", role: "log", "aria-label": label, tabindex: 0 }, this.tail);
    this.follow(true);
    this.node.addEventListener("scroll", () => {
      if (!this.node.isConnected) return;
      const before = this.place;
      this.place = this.node.scrollTop;
      // Lines that came since are no reason to stay behind: only who goes up does.
      if (this.node.scrollHeight - this.place - this.node.clientHeight < 80) this.follow(true);
      else if (this.place < before - 1) this.follow(false);
    }, { passive: true });
    this.watcher = new IntersectionObserver((entries) => this.seen(entries), { root: this.node, rootMargin: `${NEAR_PX}px 0px` });
  }

  get length() {
    const last = this.blocks.at(-1);
    return last ? last.from + last.items.length : 0;
  }

  clear() {
    this.watcher.disconnect();
    for (const block of this.blocks) block.box.remove();
    this.blocks = [];
    this.due.clear();
    this.follow(true);
    this.place = 0;
  }

  // Whether the window stays at the end; else the browser keeps what is read where it is.
  follow(follows) {
    this.follows = follows;
    this.node.style.overflowAnchor = follows ? "none" : "auto";
  }

  add(items) {
    let at = 0;
    while (at < items.length) {
      let block = this.blocks.at(-1);
      if (!block || block.items.length >= BLOCK) {
        block = { from: this.length, items: [], box: el("div", { class: "ill-block" }), near: false, lines: 0 };
        block.box.block = block;
        this.blocks.push(block);
        this.tail.before(block.box);
        this.watcher.observe(block.box);
      }
      const room = items.slice(at, at + BLOCK - block.items.length);
      block.items.push(...room);
      at += room.length;
      if (!block.lines) block.box.style.height = `${block.items.length * LINE_PX}px`;
      this.due.add(block);
    }
    this.soon();
  }

  // Whether something is still to come.
  wait(waits) {
    if (this.tail.hidden === !waits) return;
    this.tail.hidden = !waits;
    this.soon();
  }

  // After the node was taken out of the page and put back.
  again() {
    if (this.follows) this.toEnd();
    else this.node.scrollTop = this.place;
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
  }

  seen(entries) {
    for (const entry of entries) {
      const block = entry.target.block;
      block.near = entry.isIntersecting;
      if (!block.near && block.lines && entry.boundingClientRect.height && !block.box.contains(document.activeElement)) {
        block.box.style.height = `${entry.boundingClientRect.height}px`;
        block.box.replaceChildren();
        block.lines = 0;
      }
      if (block.near) this.due.add(block);
      else this.due.delete(block);
    }
    this.soon();
  }

  soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  // One block a frame: the last one first for whoever follows, else those that came into sight.
  draw() {
    // Of many that come at once only the last is drawn before it is known which are near.
    if (this.follows && this.blocks.length) this.blocks.at(-1).near = true;
    const due = [...this.due].filter((block) => block.near && block.lines < block.items.length);
    this.due = new Set(due);
    const next = this.follows ? due.reduce((one, other) => (one && one.from > other.from ? one : other), null) : this.nearest(due);
    if (next) {
      next.box.append(...next.items.slice(next.lines).map(this.drawn));
      next.lines = next.items.length;
      next.box.style.height = "";
      this.due.delete(next);
    }
    if (this.follows) this.toEnd();
    if (this.due.size) this.soon();
  }

  nearest(due) {
    if (due.length < 2) return due[0] ?? null;
    const middle = this.node.getBoundingClientRect().top + this.node.clientHeight / 2;
    const away = (block) => {
      const box = block.box.getBoundingClientRect();
      return Math.max(box.top - middle, middle - box.bottom, 0);
    };
    return due.map((block) => [away(block), block]).sort((one, other) => one[0] - other[0])[0][1];
  }

  close() {
    this.watcher.disconnect();
    cancelAnimationFrame(this.frame);
  }
}
