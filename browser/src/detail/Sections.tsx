/** What went in, what came out, what went wrong, what was called, and facts. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Wire } from "../app/model";
import { longCount } from "../data/format";
import { thaw } from "./stored";
import { Below } from "./Below";
import { Content, ToolCall } from "./Chat";
import { factsOf, FactTable, Meta } from "./Facts";
import { Field } from "./Field";
import { useFind, useGround } from "./ground";
import { later } from "../parts/later";
import { entriesOf, readCall } from "./messages";

const Logprobs = later("Logprobs");

interface SectionProps {
  title: string;
  /** The path's first step, which says whether something was found inside. */
  field?: string;
  open?: boolean;
  about?: ComponentChildren;
  children: () => ComponentChildren;
}

function Section({ title, field, open = true, about, children }: SectionProps) {
  const { current } = useFind();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = (current !== null && current[0] === field) || (chosen ?? open);
  return (
    <section class={`il-d-section il-d-section-${title.toLowerCase()}`} aria-label={title}>
      <h3>
        <button type="button" class="il-d-toggle" aria-expanded={isOpen} onClick={() => setChosen(!isOpen)}>
          <span class="il-d-arrow" aria-hidden="true" />
          {title}
          {about && <span class="il-d-note">{about}</span>}
        </button>
      </h3>
      {isOpen && <div class="il-d-section-body">{children()}</div>}
    </section>
  );
}

export function Sections() {
  const { api, row, detail, lookup } = useGround();
  const { inputs, result, error, meta } = detail.fields;
  const kind = api.columns.kind(row);
  const children = api.columns.children(row).filter((child) => api.columns.state(child) !== 4);
  const logprobs = entriesOf(meta, lookup)?.get("logprobs");
  const hasInputs = inputs !== undefined && inputs !== null && (entriesOf(inputs, lookup)?.size ?? 1) > 0;
  const hasResult = result !== undefined && (result !== null || kind !== "event");
  const { facts, rest } = factsOf(meta, lookup);
  const hasMeta = meta !== undefined && meta !== null && (facts.length + rest.length > 0 || entriesOf(meta, lookup) === null);
  const isQuery = kind === "query";
  const below = children.length > 0 && (
    <Section title={isQuery ? "Attempts" : "Calls"} open={isQuery || children.length <= 12} about={longCount(children.length)}>
      {() => <Below rows={children} />}
    </Section>
  );
  return (
    <>
      {error !== undefined && error !== null && (
        <Section title="Error" field="error">
          {() => <Field name="" wire={error} path={["error"]} />}
        </Section>
      )}
      {hasInputs && (
        <Section title="Inputs" field="inputs">
          {() => <Inputs wire={inputs} />}
        </Section>
      )}
      {hasResult && (
        <Section title="Result" field="result">
          {() => (
            <Field name="" wire={result} path={["result"]}>
              {kind === "model" ? <Reply wire={result} /> : null}
            </Field>
          )}
        </Section>
      )}
      {logprobs !== undefined && logprobs !== null && (
        <Section title="Tokens">{() => <Logprobs wire={logprobs} />}</Section>
      )}
      {below}
      {hasMeta && (
        <Section title="Meta" field="meta">
          {() => <Meta wire={meta} />}
        </Section>
      )}
      {!hasInputs && !hasResult && !error && !hasMeta && !children.length && <p class="il-d-note il-d-nothing">Nothing was recorded in this node.</p>}
    </>
  );
}

function Inputs({ wire }: { wire: Wire }) {
  const { lookup } = useGround();
  const { current } = useFind();
  const value = thaw(wire, lookup);
  if (value.type !== "mapping") return <Field name="" wire={wire} path={["inputs"]} />;
  return (
    <>
      {value.entries.map(([name, one]) => {
        const facts = name === "params" ? factsOf(one, lookup) : null;
        const isCompact = facts !== null && facts.rest.length === 0 && !(current?.[0] === "inputs" && current[1] === name);
        return (
          <Field key={name} name={name} wire={one} path={["inputs", name]}>
            {isCompact ? <FactTable facts={facts.facts} /> : null}
          </Field>
        );
      })}
    </>
  );
}

/** A model's reply, as the next message of its chat. */
function Reply({ wire }: { wire: Wire }) {
  const { lookup } = useGround();
  const entries = entriesOf(wire, lookup);
  const text = entries?.get("text");
  const isReply = entries !== null && text !== undefined;
  const list = thaw(entries?.get("tool_calls"), lookup);
  const calls = isReply && list.type === "list" ? list.items.map((one) => readCall(one, lookup)).filter((one) => one !== null) : [];
  return (
    <div class="il-d-message il-d-role-assistant il-d-reply">
      {isReply ? text !== "" && text !== null && <Content wire={text} path={["result", "text"]} /> : <Content wire={wire} path={["result"]} />}
      {calls.map((call, at) => (
        <ToolCall key={at} call={call} path={["result", "tool_calls", at]} />
      ))}
    </div>
  );
}
