/** The tokens of a reply, each as warm as it was surprising. */
import { useMemo, useState } from "preact/hooks";
import type { Wire } from "../app/model";
import { thaw, type Lookup } from "./stored";
import { useGround } from "./ground";
import { counted, visible } from "./words";
import { entriesOf } from "./messages";
import { textOf } from "./writing";

export interface Token {
  token: string;
  logprob: number;
  top: [string, number][];
}

const SHOWN = 1_000;
const MAX_TOKENS = 50_000;

/** The tokens recorded with a reply: ours, or in the shape of `openai`; null for anything else. */
export function readTokens(wire: Wire | undefined, lookup: Lookup): Token[] | null {
  const value = thaw(wire, lookup);
  if (value.type === "mapping") return readTokens(entriesOf(wire, lookup)?.get("content"), lookup);
  if (value.type !== "list" || value.items.length === 0) return null;
  const tokens: Token[] = [];
  for (const item of value.items.slice(0, MAX_TOKENS)) {
    const entries = entriesOf(item, lookup);
    const token = entries && textOf(entries.get("token"), lookup);
    const logprob = entries && numberOf(entries.get("logprob"), lookup);
    if (!entries || token === null || logprob === null) return null;
    tokens.push({ token, logprob, top: readTop(entries.get("top") ?? entries.get("top_logprobs"), lookup) });
  }
  return tokens;
}

function readTop(wire: Wire | undefined, lookup: Lookup): [string, number][] {
  const value = thaw(wire, lookup);
  if (value.type !== "list") return [];
  return value.items.slice(0, 20).flatMap((item) => {
    const pair = thaw(item, lookup);
    const entries = entriesOf(item, lookup);
    const [token, logprob] = pair.type === "list" ? pair.items : [entries?.get("token"), entries?.get("logprob")];
    const text = textOf(token, lookup);
    const number = numberOf(logprob, lookup);
    return text === null || number === null ? [] : [[text, number] as [string, number]];
  });
}

function numberOf(wire: Wire | undefined, lookup: Lookup): number | null {
  const value = thaw(wire, lookup);
  if (value.type === "number") return value.value;
  return value.type === "literal" && value.of === "float" ? { inf: Infinity, "-inf": -Infinity }[value.text] ?? NaN : null;
}

const percent = (logprob: number) => {
  const share = Math.exp(logprob) * 100;
  return share >= 99.95 ? "100 %" : share >= 10 ? `${share.toFixed(0)} %` : share >= 0.1 ? `${share.toFixed(1)} %` : "< 0.1 %";
};

/** 0 for a token that was certain, 1 for one at 1 in 1,000 or less. */
export function surprise(logprob: number): number {
  return Number.isNaN(logprob) ? 0 : Math.min(1, Math.max(0, -logprob / Math.log(1000)));
}

export function Logprobs({ wire }: { wire: Wire }) {
  const ground = useGround();
  const tokens = useMemo(() => readTokens(wire, ground.lookup), [wire, ground, ground.version]);
  const [chosen, setChosen] = useState(0);
  const [all, setAll] = useState(false);
  if (!tokens) return null;
  const shown = all ? tokens : tokens.slice(0, SHOWN);
  const mean = tokens.reduce((sum, one) => sum + one.logprob, 0) / tokens.length;
  const choose = (event: Event) => {
    const place = (event.target as Element).closest?.("[data-token]")?.getAttribute("data-token");
    if (place !== null && place !== undefined) setChosen(Number(place));
  };
  const step = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setChosen((now) => Math.min(shown.length - 1, Math.max(0, now + by)));
  };
  const token = shown[Math.min(chosen, shown.length - 1)]!;
  return (
    <div class="il-d-logprobs">
      <div class="il-d-strip" tabIndex={0} role="group" aria-label="Tokens of the reply; arrow keys go from one to the next" onMouseOver={choose} onClick={choose} onKeyDown={step}>
        {shown.map((one, at) => (
          <span key={at} data-token={at} class={`il-d-token${at === chosen ? " il-d-chosen" : ""}`} style={{ "--heat": `${Math.round(surprise(one.logprob) * 75)}%` }}>
            {visible(one.token).replace(/\n/g, "⏎\n") || "∅"}
          </span>
        ))}
      </div>
      <div class="il-d-token-card" aria-live="polite">
        <code>{JSON.stringify(visible(token.token.slice(0, 100)))}</code> <b>{percent(token.logprob)}</b>
        <span class="il-d-note">
          {" "}
          token {chosen + 1} of {tokens.length}
        </span>
        {token.top.length > 0 && (
          <table class="il-d-top">
            <tbody>
              {token.top.map(([text, logprob]) => (
                <tr class={text === token.token ? "il-d-taken" : undefined}>
                  <td>
                    <code>{JSON.stringify(visible(text.slice(0, 60)))}</code>
                  </td>
                  <td>{percent(logprob)}</td>
                  <td>
                    <span class="il-d-bar" style={{ width: `${Math.min(100, Math.max(0, Math.exp(logprob) * 100 || 0))}%` }} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      <div class="il-d-note">
        {counted(tokens.length, "token")}, mean probability {percent(mean)} (geometric)
        {tokens.length > shown.length && (
          <button type="button" class="il-d-link" onClick={() => setAll(true)}>
            Show all
          </button>
        )}
      </div>
    </div>
  );
}
