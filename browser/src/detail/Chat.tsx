/** Prompts as the chats they are. */
import { useMemo, useState } from "preact/hooks";
import type { Wire } from "../app/model";
import { longCount } from "../data/format";
import { thaw } from "./stored";
import { FieldScope } from "./FieldScope";
import { FieldBook } from "./fields";
import { useFind, useGround, useShow } from "./ground";
import { contentParts, readMessage, type Call, type Role } from "./messages";
import { Outside } from "./Outside";
import { isWithin, type Path } from "./paths";
import { Picture, pictureAddress } from "./Picture";
import { BookContext } from "./Prompt";
import { oneLine, visible } from "./words";

export { areMessages } from "./messages";

/** Messages of a long chat that are shown at first: the first ones and the last ones. */
const FIRST = 3;
const LAST = 27;

/** A list of messages. */
export function Chat({ items, path }: { items: readonly Wire[]; path: Path }) {
  const ground = useGround();
  const { current } = useFind();
  const [all, setAll] = useState(false);
  const book = useMemo(() => readBook(items, path, ground.lookup), [items.length, JSON.stringify(path), ground, ground.version]);
  const found = current && isWithin(current, path) ? current[path.length] : undefined;
  const hidden = all ? 0 : items.length - FIRST - LAST;
  const isHidden = (place: number) => hidden > 1 && place >= FIRST && place < items.length - LAST && place !== found;
  return (
    <BookContext.Provider value={book}>
      <FieldScope book={book}>
        <ol class="il-d-chat">
          {items.map((item, place) => {
            const isFirstHidden = place === FIRST && hidden > 1;
            if (isHidden(place) && !isFirstHidden) return null;
            return (
              <li key={place} class={isFirstHidden ? "il-d-skipped" : undefined}>
                {isFirstHidden && (
                  <button type="button" class="il-d-link" onClick={() => setAll(true)}>
                    Show {longCount(hidden)} more messages
                  </button>
                )}
                {!isHidden(place) && <Message wire={item} path={[...path, place]} place={place} />}
              </li>
            );
          })}
        </ol>
      </FieldScope>
    </BookContext.Provider>
  );
}

/** The fields of all prompts in a chat, in the order of the messages. */
function readBook(items: readonly Wire[], path: Path, lookup: ReturnType<typeof useGround>["lookup"]): FieldBook {
  const book = new FieldBook();
  items.forEach((item, place) => {
    const message = readMessage(item, lookup);
    const content = thaw(message?.content, lookup);
    if (content.type === "format") book.read(JSON.stringify([...path, place, "content"]), content.parts, lookup);
  });
  return book;
}

const SIGNS: Record<Role, string> = { system: "⚙", user: "→", assistant: "←", tool: "⚒", other: "·" };

export function Message({ wire, path, place }: { wire: Wire; path: Path; place?: number }) {
  const { lookup } = useGround();
  const Show = useShow();
  const message = readMessage(wire, lookup);
  if (!message) return <Show wire={wire} path={path} depth={1} />;
  const { role, said, name, content, calls, answers, rest } = message;
  const isEmpty = calls.length > 0 && (content === null || content === undefined || content === "");
  return (
    <div class={`il-d-message il-d-role-${role}`}>
      <div class="il-d-role">
        <span aria-hidden="true">{SIGNS[role]}</span> {oneLine(said, 40)}
        {name && <b> · {oneLine(name, 60)}</b>}
        {answers && <span class="il-d-note"> answers {oneLine(answers, 40)}</span>}
        {place !== undefined && <span class="il-d-place">{place}</span>}
      </div>
      {!isEmpty && <Content wire={content} path={[...path, "content"]} />}
      {calls.map((call, at) => (
        <ToolCall key={at} call={call} path={[...path, "tool_calls", at]} />
      ))}
      {rest.length > 0 && <Show wire={{ $: "map", v: rest }} path={path} depth={2} />}
    </div>
  );
}

/** What a message says: a text, a prompt, or parts with pictures among them. */
export function Content({ wire, path }: { wire: Wire | undefined; path: Path }) {
  const { lookup } = useGround();
  const Show = useShow();
  const parts = contentParts(wire, lookup);
  if (!parts) return <Show wire={wire} path={path} depth={0} />;
  return (
    <div class="il-d-parts">
      {parts.map((part, at) => {
        const here = [...path, at];
        if ("text" in part) return <Show key={at} wire={part.text} path={[...here, "text"]} depth={0} />;
        if ("other" in part) return <Show key={at} wire={part.other} path={here} depth={1} />;
        // A picture on the web is not fetched: that would tell its host who reads this.
        return pictureAddress(part.picture) ? (
          <Picture key={at} address={part.picture} alt="picture in the message" />
        ) : (
          <Outside key={at} address={part.picture.slice(0, 2_000)} label="picture on the web" />
        );
      })}
    </div>
  );
}

export function ToolCall({ call, path }: { call: Call; path: Path }) {
  const Show = useShow();
  return (
    <div class="il-d-call">
      <div class="il-d-call-head">
        <span aria-hidden="true">⚒</span> calls <code>{visible(call.name.slice(0, 200))}</code>
        {call.id && <span class="il-d-note">{oneLine(call.id, 40)}</span>}
      </div>
      {call.arguments !== undefined && call.arguments !== null && <Show wire={call.arguments} path={[...path, "arguments"]} depth={0} />}
    </div>
  );
}
