// What is built: `mount` for the page and the file, `render` for a notebook's widget.

import { h, render as draw } from "preact";
import { App } from "./app/App";
import { Browser, type Options } from "./app/state";
import { loadFrom } from "./parts/later";
import { FileTransport } from "./transport/file";
import { PageTransport } from "./transport/page";
import type { Transport } from "./transport/transport";
import { type WidgetModel, WidgetTransport } from "./transport/widget";
import "./style/theme.css";
import "./style/app.css";
import "./style/tree.css";
import "./style/detail.css";

export { FileTransport, PageTransport };
export type { Options, Transport };

/** Show a browser in an element.
 *
 * @returns what takes it away again.
 */
export function mount(element: HTMLElement, transport: Transport, options: Options): () => void {
  const forget = transport.more && loadFrom(() => transport.more!());
  const browser = new Browser(transport, options);
  element.replaceChildren();
  element.classList.add("il-root");
  void browser.start();
  draw(h(App, { browser }), element);
  return () => {
    draw(null, element);
    forget?.();
    browser.close();
  };
}

function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const height = Number(model.get("height"));
  return mount(el, new WidgetTransport(model), { host: "notebook", height: height > 0 ? height : undefined });
}

export default { render };
