// A seat as a page: the secret stands behind the # of the address, which no browser sends along by itself.
import { SeatView } from "./seat.js";
import { brief } from "./form.js";

const secret = () => location.hash.slice(1);

async function ask(path, body) {
  const headers = { Authorization: `Bearer ${secret()}` };
  const options = body === undefined ? { headers } : { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, { ...options, cache: "no-store", credentials: "omit" });
  if (response.status === 403) throw Object.assign(new Error("This link is not valid (any more)."), { final: true });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}

function refused(root, view) {
  view.lost = "This link is not valid any more";
  if (view.view) {
    view.update({ ...view.view, version: view.view.version + 1, question: null, over: true });
    return;
  }
  const box = document.createElement("p");
  box.className = "ilp-refused";
  box.textContent = "This link is not valid (any more). Ask whoever runs the experiment for the link of your seat.";
  root.replaceChildren(box);
}

async function main() {
  const root = document.getElementById("seat");
  const view = new SeatView(root, {
    answer: (number, value) => ask("api/answer", { question: number, value }),
    cancel: (number) => ask("api/cancel", { question: number }),
  });
  let after = -1;
  for (;;) {
    try {
      const found = await ask(`api/view?after=${after}`);
      view.lost = "";
      if (found.version !== undefined) {
        after = found.version;
        view.update(found);
        document.title = `${found.question ? "● " : ""}${brief(found.seat)} · InterLab`;
        if (found.over) return;
      }
    } catch (error) {
      if (error.final) return refused(root, view);
      view.lost = "No connection; trying again";
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

if (window !== parent) document.body.classList.add("ilp-framed");
addEventListener("hashchange", () => location.reload());
main();
