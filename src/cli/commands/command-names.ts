// The names of all commands, for a path that was meant as one.
import type { Command } from 'commander'

/** Names of the commands of a program. */
export function commandNames(program: Command): string[] {
  return program.commands.map(command => command.name())
}
