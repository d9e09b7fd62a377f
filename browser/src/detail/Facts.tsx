/** A node's meta: the facts that people look for as a compact table, the rest folded. */
import type { Wire } from "../app/model";
import { longCount, shortCost, shortDuration } from "../data/format";
import { thaw, type Lookup } from "./stored";
import { gist } from "./gist";
import { useFind, useGround, useShow } from "./ground";
import { Field } from "./Field";
import { entriesOf } from "./messages";
import { isWithin } from "./paths";
import { fitsOnLine, Fold } from "./Tree";
import { oneLine } from "./words";

// Shown in the header, or by their look.
const TOLD = new Set(["actor", "color", "color_bg", "color_border", "kind", "logprobs"]);
const USAGE: Record<string, string> = {
  input_tokens: "tokens in", output_tokens: "tokens out", cached_tokens: "of them cached", reasoning_tokens: "reasoning",
};

export interface Fact {
  label: string;
  text: string;
  path: (string | number)[];
}

/** The facts that fit on a line each, and the entries that do not. */
export function factsOf(meta: Wire | undefined, lookup: Lookup): { facts: Fact[]; rest: [string, Wire][] } {
  const facts: Fact[] = [];
  const rest: [string, Wire][] = [];
  for (const [name, wire] of entriesOf(meta, lookup) ?? []) {
    if (TOLD.has(name)) continue;
    const usage = name === "usage" ? entriesOf(wire, lookup) : null;
    const value = thaw(wire, lookup);
    if (usage) {
      const isEstimate = usage.get("estimated") === true;
      for (const [key, count] of usage)
        if (key !== "estimated")
          facts.push({ label: Object.hasOwn(USAGE, key) ? USAGE[key]! : key, text: (isEstimate ? "≈ " : "") + factText(key, count, lookup), path: ["meta", "usage", key] });
    } else if (fitsOnLine(value)) facts.push({ label: name.replace(/_(?:s|usd)$/, "").replace(/_/g, " "), text: factText(name, wire, lookup), path: ["meta", name] });
    else rest.push([name, wire]);
  }
  return { facts, rest };
}

function factText(name: string, wire: Wire, lookup: Lookup): string {
  if (typeof wire !== "number") return gist(wire, lookup, 200);
  if (name.endsWith("_s")) return shortDuration(wire) || String(wire);
  if (/(?:^|_)(?:cost|usd)(?:_|$)/.test(name)) return shortCost(wire) || String(wire);
  return Number.isInteger(wire) ? longCount(wire) : String(wire);
}

export function FactTable({ facts }: { facts: readonly Fact[] }) {
  const { current } = useFind();
  return (
    <dl class="il-d-facts">
      {facts.map(({ label, text, path }) => (
        <div class={current && isWithin(current, path) ? "il-d-here" : undefined}>
          <dt>{oneLine(label, 40)}</dt>
          <dd>{oneLine(text, 200)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Meta({ wire }: { wire: Wire }) {
  const { lookup } = useGround();
  const { current } = useFind();
  const Show = useShow();
  const value = thaw(wire, lookup);
  if (value.type !== "mapping") return <Show wire={wire} path={["meta"]} depth={0} />;
  const { facts, rest } = factsOf(wire, lookup);
  const isFound = rest.some(([name]) => current && isWithin(current, ["meta", name]));
  return (
    <>
      {facts.length > 0 && <FactTable facts={facts} />}
      {rest.length > 0 && (
        <Fold
          open={facts.length === 0 && rest.length <= 3}
          forced={isFound}
          line={
            <>
              <span>more</span>
              <span class="il-d-gist">{oneLine(rest.map(([name]) => name).join(", "), 100)}</span>
            </>
          }
        >
          {() => rest.map(([name, one]) => <Field key={name} name={name} wire={one} path={["meta", name]} />)}
        </Fold>
      )}
    </>
  );
}
