function render({ model, el: root }) {
  const waiting = new Map();
  let count = 0;
  const send = (op, more) => new Promise((done) => {
    const id = `${Date.now()}-${++count}`;
    waiting.set(id, done);
    model.send({ op, id, ...more });
  });
  const box = document.createElement("div");
  root.append(box);
  const view = new SeatView(box, {
    answer: (number, value) => send("answer", { question: number, value }),
    cancel: (number) => send("cancel", { question: number }),
  });
  const update = () => view.update(model.get("view"));
  const told = (message) => {
    if (message.op === "ready?") return model.send({ op: "ready" });
    const done = waiting.get(message.id);
    waiting.delete(message.id);
    done?.(message.reply);
  };
  model.on("change:view", update);
  model.on("msg:custom", told);
  update();
  model.send({ op: "ready" });
  return () => {
    view.close();
    model.off("change:view", update);
    model.off("msg:custom", told);
  };
}
export default { render };
