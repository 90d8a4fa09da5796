export { CommandError, LabProcess, type Ran } from "./command";
export { type ExecOptions, Lab } from "./lab";
export { LabError } from "./labError";
export type { LabConfig } from "./place";
export type { Program } from "./program";
export { type LabOptions, startLab, withLab } from "./start";
