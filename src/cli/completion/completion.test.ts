// The scripts in the shells they are for; a shell that is not installed is left out.
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../program.ts'
import { renderCompletion } from './completion.ts'
import type { Shell } from './shells.ts'

/** What is offered for the last word of each line. */
type Complete = (lines: readonly (readonly string[])[]) => string[][]

/** Without anybody's own set-up. */
const startFlags = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] } as const

/** Runs a script after the completion's own; candidates are separated by line ends, lines by a line of `==`. */
function run(shell: Shell, setUp: string, perLine: (words: readonly string[]) => string): Complete {
  return lines => {
    const script = `${setUp}\n${renderCompletion(createProgram(), shell)}\n${lines.map(line => `${perLine(line)}\necho '=='\n`).join('')}`
    const result = spawnSync(shell, [...startFlags[shell], '-c', script], { encoding: 'utf8' })
    expect(result.stderr).toBe('')
    return result.stdout
      .split('==\n')
      .slice(0, -1)
      .map(part => part.split('\n').filter(Boolean))
  }
}

const quote = (words: readonly string[]) => words.map(word => `'${word}'`).join(' ')

const shellsUnderTest: Readonly<Record<Shell, Complete>> = {
  bash: run('bash', '', words => {
    const place = `COMP_WORDS=(${quote(words)}); COMP_CWORD=${words.length - 1}`
    return `${place}; _portico; ((\${#COMPREPLY[@]})) && printf '%s\\n' "\${COMPREPLY[@]}"`
  }),
  // What zsh would show is written down by stand-ins: its own work inside the line editor only.
  zsh: run(
    'zsh',
    `compdef() { :; }
compset() { PREFIX=\${PREFIX#*=}; }
offer() { print -rl -- \${(M)@:#$PREFIX*}; }
compadd() { shift; offer "$@"; }
_describe() { offer \${\${(P)@[-1]}%%:*}; }
_files() { print FILES; }`,
    words => `words=(${quote(words)}); CURRENT=${words.length}; PREFIX='${words.at(-1)}'; _portico`,
  ),
  fish: run('fish', '', words => `complete -C '${words.join(' ')}' | string replace -r '\\t.*' ''`),
}

describe.each(Object.entries(shellsUnderTest))('in %s', (shell, complete) => {
  const isThere = spawnSync(shell, ['--version']).status === 0

  test.skipIf(!isThere)('commands, flags, and their values are offered', () => {
    const offered = complete([
      ['portico', 'des'],
      ['portico', 'check', '--explain-c'],
      ['portico', 'check', '-o', 'sa'],
      ['portico', 'run', '--log-level', ''],
      ['portico', '--log-level', 'w'],
      ['portico', 'check', '--ignore', 'tls-secret-m'],
      ['portico', 'get', 'ingressc'],
      ['portico', 'annotations', 'proxy-body-s'],
      ['portico', 'completion', 'z'],
    ])
    expect(offered.map(words => words.filter(word => word !== 'FILES'))).toEqual([
      ['describe'],
      ['--explain-code'],
      ['sarif'],
      shell === 'fish' ? ['debug', 'error', 'info', 'warn'] : ['error', 'warn', 'info', 'debug'],
      ['warn'],
      ['tls-secret-missing'],
      ['ingressclass'],
      ['proxy-body-size'],
      ['zsh'],
    ])
  })

  test.skipIf(!isThere)('a value behind = is offered', () => {
    const bash = ['portico', 'check', '--output', '=', 'sa']
    const [offered] = complete([shell === 'bash' ? bash : ['portico', 'check', '--output=sa']])
    expect(offered!.map(word => word.replace('--output=', ''))).toEqual(['sarif'])
  })
})
