// Search in pages opened from disk: browsers start no workers there, so a hidden frame stands in for one.
// The theme's search script runs in it as it would in a worker; it needs messages and `importScripts`.
if (location.protocol === "file:") {
  class IFrameWorker extends EventTarget {
    constructor(address) {
      super();
      this.onmessage = this.onerror = null;
      this.waiting = [];
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.appendChild(frame);
      const inner = frame.contentDocument;
      inner.open();
      inner.write('<!doctype html><meta charset="utf-8"><body></body>');
      inner.close();
      const scope = frame.contentWindow;
      scope.postMessage = (data) => this.tell(data);
      scope.importScripts = (...addresses) => addresses.reduce((done, one) => done.then(() => load(inner, one)), Promise.resolve());
      load(inner, String(address)).then(
        () => {
          this.scope = scope;
          this.waiting.splice(0).forEach((data) => this.postMessage(data));
        },
        (error) => this.dispatchEvent(error),
      );
    }

    postMessage(data) {
      if (this.scope) this.scope.dispatchEvent(new this.scope.MessageEvent("message", { data }));
      else this.waiting.push(data);
    }

    terminate() {
      this.scope = null;
    }

    tell(data) {
      setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
    }
  }

  function load(inner, address) {
    return new Promise((done, failed) => {
      const script = inner.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = () => failed(new ErrorEvent("error", { message: `${address} can't be loaded` }));
      inner.body.appendChild(script);
    });
  }

  window.IFrameWorker = window.Worker = IFrameWorker;
}
