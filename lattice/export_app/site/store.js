"use strict";

// Loads data files once each. A data file is a script that calls Store.receive, so that it loads from disk too.
// Every data set has a folder of its own; which one is open can't change on a loaded page.
const Store = (() => {
  const promises = new Map();
  const resolvers = new Map();
  let opened = "";

  /** From now on read the files in a data set's folder. */
  function open(folder) {
    opened = `${folder}/`;
  }

  /** Return the address of a file of the open data set. */
  const file = (name) => opened + name;

  /** Return a promise of the value in data/NAME.js of the open data set, its arrays decoded. */
  function load(name) {
    if (!promises.has(name)) {
      promises.set(name, new Promise((resolve, reject) => {
        resolvers.set(name, resolve);
        const script = document.createElement("script");
        script.src = file(`data/${name}.js`);
        script.onload = () => script.remove();
        script.onerror = () => {
          promises.delete(name);
          reject(new Error(`${file(`data/${name}.js`)} can't be loaded; copy the whole folder again`));
        };
        document.head.append(script);
      }));
    }
    return promises.get(name);
  }

  /** Called by the data files. */
  function receive(name, value) {
    resolvers.get(name)?.(decode(value));
  }

  /** Replace {dtype, shape, data} anywhere in a value by a typed array that has a `shape`. */
  function decode(value) {
    if (Array.isArray(value)) return value.map(decode);
    if (value === null || typeof value !== "object") return value;
    if (value.dtype) return Object.assign(typed(value.dtype, bytes(value.data)), { shape: value.shape });
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
  }

  function bytes(base64) {
    const text = atob(base64);
    const found = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) found[i] = text.charCodeAt(i);
    return found;
  }

  function typed(dtype, raw) {
    switch (dtype) {
      case "f32": return new Float32Array(raw.buffer);
      case "i16": return new Int16Array(raw.buffer);
      case "u32": return new Uint32Array(raw.buffer);
      case "u16": return new Uint16Array(raw.buffer);
      case "u8": return raw;
      default: throw new Error(`unknown type ${dtype}`);
    }
  }

  return { file, load, open, receive };
})();
