import type { Command } from "commander";
import { collect, vaultOptions } from "./options.js";

type Action = (...args: never[]) => Promise<number>;
type Commands = typeof import("./vault.js");

/** `fettle vault …`, with the flags of ansible-vault. */
export function vaultCommands(program: Command, done: (status: number) => void): void {
  const vault = program
    .command("vault")
    .description("encrypt and decrypt files and strings in the format of Ansible Vault")
    .exitOverride();
  const command = (usage: string, summary: string, pick: (commands: Commands) => Action): Command => {
    const one = vault
      .command(usage)
      .description(summary)
      .exitOverride()
      .action(async (...args: unknown[]) => done(await pick(await import("./vault.js"))(...(args as never[]))));
    vaultOptions(one);
    return one;
  };
  const output = ["--output <file>", "write there instead; - is standard output"] as const;
  const encryptWith = [
    "--encrypt-vault-id <id>",
    "encrypt with the password of this id, when several are given",
  ] as const;

  command("encrypt [files...]", "encrypt files; without one, standard input", (of) => of.encrypt)
    .option(...output)
    .option(...encryptWith);
  command("decrypt [files...]", "decrypt files; without one, standard input", (of) => of.decrypt).option(...output);
  command("view <files...>", "show what is in encrypted files", (of) => of.view);
  command("edit <file>", "edit an encrypted file with $EDITOR", (of) => of.edit).option(...encryptWith);
  command("rekey <files...>", "encrypt files with another password", (of) => of.rekey)
    .option("--new-vault-id <id@source>", "the new password: ID@FILE, ID@SCRIPT or ID@prompt")
    .option("--new-vault-password-file <file>", "a file with the new password, or a script that prints it")
    .option(...encryptWith);
  command(
    "encrypt-string [strings...]",
    "encrypt texts as values of YAML; without one, standard input",
    (of) => of.encryptString,
  )
    .alias("encrypt_string")
    .option("-n, --name <name>", "the name of the variable; once for each text", collect)
    .option("--stdin-name <name>", "the name of the variable that standard input is")
    .option("-p, --prompt", "ask for the text")
    .option(...output)
    .option(...encryptWith);
}
