// `npm run dev`: the browser on made-up data. ?n=100000&live=1000&stores=2&hostile=1&notebook=1&empty=1
import { mount } from "../src/index";
import { Synthetic } from "./synthetic";

const query = new URLSearchParams(location.search);
const number = (name: string, otherwise: number): number => Number(query.get(name) ?? otherwise);
const transport = new Synthetic({
  nodes: number("n", 2000),
  perSecond: number("live", 0),
  stores: number("stores", 1),
  hostile: query.has("hostile"),
  distinct: number("distinct", 400),
});
(globalThis as Record<string, unknown>).synthetic = transport;
mount(document.getElementById("browser")!, transport, { host: query.has("notebook") ? "notebook" : "page" });
