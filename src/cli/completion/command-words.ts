// What can stand on a command line, as plain data: read from the program that reads command lines, so that completion knows
// each command and flag there is.
import type { Argument, Command, Option } from 'commander'

/** One command. */
export interface CommandWords {
  readonly name: string
  readonly description: string
  readonly flags: readonly FlagWords[]
  /** Words that its arguments may be; files may stand there too. */
  readonly values: readonly string[]
}

/** One flag. */
export interface FlagWords {
  /** `-o`; `undefined` where it has none. */
  readonly short: string | undefined
  readonly long: string
  readonly description: string
  /** Whether the next word is its value. */
  readonly takesValue: boolean
  /** What the value may be; empty for anything, a file among it. */
  readonly values: readonly string[]
}

/** Words that commander does not know of: of flags by their long name, of arguments by their command. */
export interface MoreWords {
  readonly flags: ReadonlyMap<string, readonly string[]>
  readonly commands: ReadonlyMap<string, readonly string[]>
}

/** The commands of a program, in the order of its --help. */
export function commandWords(program: Command, more: MoreWords): readonly CommandWords[] {
  return program.commands.map(command => ({
    name: command.name(),
    description: command.description(),
    flags: [...command.options.filter(isShown).map(option => flagWords(option, more)), help],
    values: more.commands.get(command.name()) ?? command.registeredArguments.flatMap(choicesOf),
  }))
}

/** commander adds it itself. */
const help: FlagWords = {
  short: '-h',
  long: '--help',
  description: 'display help for command',
  takesValue: false,
  values: [],
}

function isShown({ hidden, long }: Option): boolean {
  return !hidden && long !== undefined
}

function flagWords(option: Option, more: MoreWords): FlagWords {
  const { short, long, description, required, argChoices } = option
  const values = argChoices ?? more.flags.get(long!) ?? []
  return { short, long: long!, description, takesValue: required, values }
}

function choicesOf({ argChoices = [] }: Argument): readonly string[] {
  return argChoices
}
