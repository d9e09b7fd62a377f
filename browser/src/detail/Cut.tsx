/** A value that was too large to come with its node. */
import { useEffect } from "preact/hooks";
import { shortBytes } from "../data/format";
import type { Value } from "./stored";
import { useGround } from "./ground";
import { beginning } from "./Text";
import { visible } from "./words";

/** Smaller values are fetched as soon as they are to be seen. */
const AUTOMATIC = 262_144;

export function Cut({ value }: { value: Value & { type: "cut" } }) {
  const ground = useGround();
  const { hash, bytes, head } = value;
  const failure = ground.failed.get(hash);
  // Without a size it is a link of a list, which is one of several.
  const isWanted = !ground.detail.cut.includes(hash) && (bytes === null || bytes <= AUTOMATIC) && failure === undefined;
  useEffect(() => {
    if (isWanted) void ground.load(hash);
  }, [isWanted, hash, ground]);
  const size = bytes === null ? "" : ` (${shortBytes(bytes)})`;
  const loading = ground.isLoading(hash);
  return (
    <div class="il-d-cut">
      {head && <div class="il-d-text il-d-folded">{visible(beginning(head))}</div>}
      <button type="button" class="il-d-button" disabled={loading} onClick={() => void ground.load(hash)}>
        {loading ? "Loading…" : `Show all${size}`}
      </button>
      {failure !== undefined && (
        <span class="il-d-wrong-note" role="alert">
          {visible(failure || "It could not be loaded.")}
        </span>
      )}
    </div>
  );
}
