/** Links to other nodes. */
import { useEffect, useState } from "preact/hooks";
import { useGround } from "./ground";
import { oneLine } from "./words";

/** A recorded reference to a node, by its uid. */
export function NodeLink({ uid }: { uid: string }) {
  const { api } = useGround();
  const [row, setRow] = useState<number | null | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    api.locate(uid).then(
      (found) => gone || setRow(found),
      () => gone || setRow(null),
    );
    return () => void (gone = true);
  }, [api, uid]);
  if (typeof row !== "number") return <span class="il-d-scalar">node {oneLine(uid, 60)}{row === null ? " (not in this store)" : ""}</span>;
  return <RowLink row={row} />;
}

/** A node's name, which leads to it. */
export function RowLink({ row, label }: { row: number; label?: string }) {
  const { api } = useGround();
  return (
    <button type="button" class="il-d-link" onClick={() => api.select(row, { reveal: true })}>
      {label ?? (oneLine(api.columns.name(row), 60) || "(no name)")}
    </button>
  );
}
