import fc from "fast-check";
import { isSoak } from "./soak";

/**
 * Where random cases begin, of every test: at NETNS_SEED; else `npm test` has the same ones each time, so that it fails
 * for what was changed, and `npm run soak` looks for new ones.
 */
const { NETNS_SEED } = process.env;
if (NETNS_SEED !== undefined) fc.configureGlobal({ seed: Number(NETNS_SEED) });
else if (!isSoak) fc.configureGlobal({ seed: 1 });
