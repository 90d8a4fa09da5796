/** IP addresses: text as people write it, and the bytes of the kernel. Text that is none is an error. */

/** AF_… of linux/socket.h. */
export const AF = { inet: 2, bridge: 7, inet6: 10 } as const;
/** RT_SCOPE_… of linux/rtnetlink.h, by the words of `ip`: how far an address or a route reaches. */
export const RT_SCOPE = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;

export function familyOf(text: string): number {
  return text.includes(":") ? AF.inet6 : AF.inet;
}

export function ipBytes(text: string): Buffer {
  return familyOf(text) === AF.inet6 ? bytes6(text) : bytes4(text);
}

export function ipText(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join(".") : text6(bytes);
}

function bytes4(text: string): Buffer {
  const parts = text.split(".").map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255)) throw new Error(`${text} is no IP address`);
  return Buffer.from(parts);
}

function bytes6(text: string): Buffer {
  const dotted = /[\d.]+$/.exec(text)?.[0] ?? "";
  const hex = dotted.includes(".")
    ? `${text.slice(0, -dotted.length) + bytes4(dotted).toString("hex", 0, 2)}:${bytes4(dotted).toString("hex", 2)}`
    : text;
  const [head = [], tail] = hex.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - (tail?.length ?? 0);
  const groups = tail ? [...head, ...Array(Math.max(missing, 0)).fill("0"), ...tail] : head;
  if (groups.length !== 8 || hex.split("::").length > 2 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)))
    throw new Error(`${text} is no IP address`);
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** RFC 5952: the longest run of zeros, and the first of such, is `::`; only what stands for IPv4 has dots. */
function text6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  const text = groups.join(":");
  if (text.startsWith("0:0:0:0:0:ffff:")) return `::ffff:${bytes.slice(12).join(".")}`;
  const runs = [...text.matchAll(/(?<![^:])0(:0)+(?![^:])/g)].map(([run]) => run);
  const longest = runs.reduce((most, run) => (run.length > most.length ? run : most), "");
  if (longest === "") return text;
  const at = runs.includes(longest) ? text.search(new RegExp(`(?<![^:])${longest}(?![^:])`)) : 0;
  const [before, after] = [text.slice(0, at).replace(/:$/, ""), text.slice(at + longest.length).replace(/^:/, "")];
  return `${before}::${after}`;
}
