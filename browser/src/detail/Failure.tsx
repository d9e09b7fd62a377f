/** Exceptions: what went wrong, where, and because of what. */
import type { Wire } from "../app/model";
import { thaw, type Value } from "./stored";
import { gist } from "./gist";
import { useFind, useGround, useShow } from "./ground";
import { Marked } from "./Marked";
import { isWithin, type Path } from "./paths";
import { LongText } from "./Text";
import { Fold } from "./Tree";
import { shortClass, visible } from "./words";
import { textOf } from "./writing";

type Exception = Value & { type: "exception" };

export function Failure({ value, path, depth }: { value: Exception; path: Path; depth: number }) {
  const { lookup } = useGround();
  const Show = useShow();
  const traceback = textOf(value.traceback, lookup);
  const message = textOf(value.message, lookup);
  const causes = chain(value.cause, lookup);
  const group = thaw(value.exceptions, lookup);
  const more = causes.at(-1)?.value.cause;
  const { current } = useFind();
  const isFoundIn = (...steps: (string | number)[]) => current !== null && isWithin(current, [...path, ...steps]);
  return (
    <div class="il-d-failure">
      <div class="il-d-failed" title={visible(value.of.slice(0, 300))}>
        <b>{visible(shortClass(value.of).slice(0, 120)) || "error"}</b>
      </div>
      {message === null ? <Show wire={value.message} path={[...path, "message"]} depth={1} /> : message && <LongText text={message} path={[...path, "message"]} />}
      {traceback ? <Traceback text={traceback} path={[...path, "traceback"]} isFound={isFoundIn("traceback")} /> : null}
      {causes.map((cause, at) => (
        <Fold
          key={at}
          open={false}
          forced={isFoundIn(...Array<string>(at + 1).fill("cause"))}
          line={
            <>
              <span class="il-d-note">caused by</span> <span class="il-d-gist">{gist(cause.wire, lookup, 200)}</span>
            </>
          }
        >
          {() => <Failure value={{ ...cause.value, cause: null }} path={[...path, ...Array<string>(at + 1).fill("cause")]} depth={depth + 1} />}
        </Fold>
      ))}
      {more !== null && more !== undefined && causes.length === MAX_CAUSES && <Show wire={more} path={[...path, "cause"]} depth={depth + 1} />}
      {group.type === "list" &&
        group.items.slice(0, 100).map((one, at) => (
          <Fold key={`g${at}`} open={at === 0 && depth === 0} forced={isFoundIn("exceptions", at)} line={<b>{gist(one, lookup, 200)}</b>}>
            {() => <Show wire={one} path={[...path, "exceptions", at]} depth={depth + 1} />}
          </Fold>
        ))}
    </div>
  );
}

const MAX_CAUSES = 20;

/** What caused it, what caused that, and so on. */
function chain(wire: Wire, lookup: ReturnType<typeof useGround>["lookup"]): { wire: Wire; value: Exception }[] {
  const found: { wire: Wire; value: Exception }[] = [];
  for (let next = wire; found.length < MAX_CAUSES; ) {
    const value = thaw(next, lookup);
    if (value.type !== "exception") break;
    found.push({ wire: next, value });
    next = value.cause;
  }
  return found;
}

/** A frame of a traceback: where, and the line that ran. */
const FRAME = /^ {2}File "(.{1,1000})", line (\d+), in (.{1,400})$/;

function Traceback({ text, path, isFound }: { text: string; path: Path; isFound: boolean }) {
  const lines = text.split("\n");
  const last = lines.filter((line) => FRAME.test(line)).at(-1);
  const found = last ? FRAME.exec(last) : null;
  return (
    <Fold
      open={false}
      forced={isFound}
      line={
        <>
          <span>traceback</span>
          {found && <span class="il-d-gist">{visible(`${found[1]!.split(/[\\/]/).at(-1)}, line ${found[2]}, in ${found[3]}`)}</span>}
        </>
      }
    >
      {() => (
        <div class="il-d-traceback">
          {lines.length > 400 || text.length > 40_000 ? (
            <LongText text={text} path={path} mono />
          ) : (
            <div class="il-d-text il-d-mono">
              {lines.map((line) => (
                <div class={FRAME.test(line) ? "il-d-frame-line" : undefined}>
                  <Marked text={line} />
                </div>
              ))}
            </div>
          )}
        </div>
      )}
    </Fold>
  );
}
