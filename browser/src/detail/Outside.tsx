/** Links that lead out of the trace. */
import { visible, webAddress } from "./words";

/** A link to the web, which says where it leads; text for any other address. */
export function Outside({ address, label }: { address: string; label: string }) {
  const href = webAddress(address);
  if (!href)
    return (
      <span class="il-d-nolink">
        {visible(label)}
        {address && address !== label ? <span class="il-d-note"> ({visible(address.slice(0, 200))})</span> : null}
      </span>
    );
  const host = new URL(href).host;
  // Whoever wrote the label also chose the address: the host shows who is asked.
  const saysSo = label.startsWith(`https://${host}`) || label.startsWith(`http://${host}`) || label === host;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={visible(href.slice(0, 500))}>
      {visible(label.slice(0, 2_000)) || host}
      {saysSo ? null : <span class="il-d-note"> ({host})</span>}
    </a>
  );
}
