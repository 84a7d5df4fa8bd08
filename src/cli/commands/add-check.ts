// `portico check`.
import { type Command, Option } from 'commander'
import type { CheckFlags } from '../check/check.ts'
import { collect, readDiagnosticCode } from '../flag-values.ts'
import { addFlags, addTableFlags } from '../flags.ts'
import { readPaths } from '../paths.ts'
import { commandNames } from './command-names.ts'
import { pathsHelp } from './paths-help.ts'

const checkHelp = `
Examples:
  helm template ./chart | portico check --no-secrets --ignore endpoints-missing -
                                                            before a cluster sees it
  portico check ./k8s --strict -o github                    as annotations of a pull request
  portico check ./k8s --compat ingress-nginx                what is different from ingress-nginx, with proof
  portico check --explain-code path-conflict                what a finding means, and how to mend it
`

/** Flags of `check`, and the one that asks for something else. */
interface WrittenFlags extends CheckFlags {
  readonly explainCode: string | undefined
}

/** Adds `check`. */
export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .description('report every problem in the manifests, serve nothing')
    .argument('[path...]', pathsHelp)
    .addOption(
      new Option(
        '-o, --output <format>',
        'pretty: with the line of the manifest; text: a line for each finding; json; github: workflow commands; sarif (default: pretty on a terminal, else text)',
      ).choices(['pretty', 'text', 'json', 'github', 'sarif']),
    )
    .addOption(
      new Option(
        '--explain-code <code>',
        'print what a code means, with an example and the fix; check nothing',
      ),
    )
    .addHelpText('after', checkHelp)
  addFlags(command, 'What is looked for besides:', [
    new Option(
      '--compat <controller>',
      'what would behave differently there, with the request that shows it, and what is in use: a migration report',
    ).choices(['ingress-nginx']),
  ])
  addFlags(command, 'What counts:', [
    new Option('--strict', 'let warnings fail the check too').default(false, ''),
    new Option('--ignore <code>', 'leave out findings with this code; repeatable')
      .argParser(collect(readDiagnosticCode))
      .default([], ''),
    new Option('--no-secrets', 'expect no Secrets in the manifests: leave out that one is missing').default(
      true,
      '',
    ),
  ])
  addTableFlags(command).action(async (given: string[], flags: WrittenFlags) => {
    if (flags.explainCode !== undefined) {
      const { explainCode } = await import('../check/explain-code.ts')
      process.exitCode = explainCode(flags.explainCode)
      return
    }
    const paths = readPaths(given, commandNames(program))
    const { check } = await import('../check/check.ts')
    process.exitCode = await check(paths, flags)
  })
}
