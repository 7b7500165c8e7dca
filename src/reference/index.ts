export { helpersPage, helperText } from "./helpers.js";
export { indexPage, modulePage, modulePages } from "./markdown.js";
export { type ParamRow, paramRows } from "./params.js";
export { type JsonSchema, paramsSchema, taskSchema } from "./schema.js";
