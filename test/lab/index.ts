export { Acme } from "./acme.js";
export { Lab, type LabOptions } from "./lab.js";
export { LabHost } from "./host.js";
export { kinds, type HostSpec, type Kind } from "./kinds.js";
export { loginUser, operatorPassword, operatorUser } from "./names.js";
export type { SlowProxy } from "./slow-proxy.js";
export type { Finished } from "./run.js";
