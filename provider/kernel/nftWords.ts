import type { NftCommand } from "../netlink/libnftables";

/** What `nft` makes of its words, and of what it is given to read. */
export function nftCommand([, ...words]: readonly string[], stdin = ""): NftCommand {
  if (words[0] === "-f") return { text: stdin, isFile: true };
  const options = words.filter((word) => word.startsWith("-"));
  const text = words.slice(options.length).join(" ");
  return { text, isStateless: options.includes("-s"), ...(options.includes("-j") && { isJson: true }) };
}
