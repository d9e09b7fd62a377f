/** Where a value stands in its node, and how that is written in Python. */

export type Step = string | number;
export type Path = readonly Step[];

/** `node.inputs["messages"][3]["content"]`. */
export function inPython(path: Path): string {
  const [field = "", ...steps] = path;
  return `node.${field}${steps.map((step) => `[${typeof step === "number" ? step : JSON.stringify(step)}]`).join("")}`;
}

export function isWithin(path: Path, outer: Path): boolean {
  return path.length >= outer.length && outer.every((step, at) => step === path[at]);
}

export function isSame(one: Path, other: Path): boolean {
  return one.length === other.length && isWithin(one, other);
}
