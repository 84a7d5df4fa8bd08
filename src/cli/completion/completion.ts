// `portico completion`: prints the script that completes portico's words in a shell.
import type { Command } from 'commander'
import { diagnosticCodes } from '../../diagnostics/codes.ts'
import { annotationLedger, configLedger, shortName } from '../../policies/ledger/ledger.ts'
import { kindNames } from '../objects/kinds.ts'
import { renderBash } from './bash.ts'
import { commandWords, type MoreWords } from './command-words.ts'
import { renderFish } from './fish.ts'
import type { Shell } from './shells.ts'
import { renderZsh } from './zsh.ts'

const renderers = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const

/** The script for a shell, for the commands and flags of `program`. */
export function renderCompletion(program: Command, shell: Shell): string {
  return renderers[shell](commandWords(program, moreWords()))
}

function moreWords(): MoreWords {
  const codes = Object.keys(diagnosticCodes)
  const kinds = kindNames.map(({ singular }) => singular)
  const names = [...annotationLedger(), ...configLedger()].map(({ name }) => shortName(name))
  return {
    flags: new Map([
      ['--explain-code', codes],
      ['--ignore', codes],
    ]),
    commands: new Map([
      ['get', kinds],
      ['describe', ['host', ...kinds]],
      ['annotations', [...new Set(names)]],
    ]),
  }
}
