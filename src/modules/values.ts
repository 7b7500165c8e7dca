import * as z from "zod";

/** The message of a wrong value; a missing one is told apart. */
const wanted = (message: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? "is required" : message;

/** Text; a number is taken as its digits (`argv: [sleep, 5]`). */
export const text = () => z.union([z.string(), z.number().transform(String)], { error: wanted("must be text") });

/** true or false, also as the words that `key=value` arguments bring. */
export const flag = () =>
  z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")], {
    error: wanted("must be true or false"),
  });

/** A number of at least `least`, also as the digits that `key=value` arguments bring. */
export const number = (least = 0) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d+(\.\d+)?$/)
          .transform(Number),
      ],
      { error: wanted("must be a number") },
    )
    .pipe(z.number().min(least, { error: `must be at least ${least}` }));

/** A bare expression and its value, as the engine hands it over. */
export const evaluated = () => z.object({ expression: z.string(), value: z.unknown() });

/** One or several: always a list afterwards. */
export const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item), item.transform((only) => [only])], { error: wanted("must be a value or a list of them") });
