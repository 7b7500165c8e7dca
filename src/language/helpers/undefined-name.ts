/** A name that an expression uses and nobody has defined. */
export class UndefinedName extends Error {
  constructor(readonly variable: string) {
    super(`${variable} is not defined`);
  }
}
