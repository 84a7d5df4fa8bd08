// `portico diff`.
import { type Command, Option } from 'commander'
import type { DiffFlags } from '../diff/diff.ts'
import { addTableFlags } from '../flags.ts'
import { outputFlag } from './output-flag.ts'

const diffHelp = `
Compares what requests get, not texts: moving a rule to another file or Ingress is no difference.

  portico diff ./k8s ./k8s.new
  portico diff git:main:k8s ./k8s -o markdown     the directory k8s as it is in main
  helm template ./chart -f new.yaml | portico diff ./rendered -

With --live the same requests are sent to two addresses, and their answers compared:

  portico diff --live http://127.0.0.1:8080 http://127.0.0.1:8081 --requests shop.expect.yaml

Exit codes: 0 no difference, 1 differences, 2 wrong usage or unreadable input.
`

/** Adds `diff`. */
export function addDiff(program: Command): void {
  const command = program
    .command('diff')
    .description(
      'say which requests change hands between two sets of manifests, or between two running proxies',
    )
    .argument('<before>', 'directory, file, git:REF:PATH, or - for standard input; with --live an address')
    .argument('<after>', 'the same')
    .addOption(outputFlag(['text', 'json', 'markdown']))
    .addOption(
      new Option(
        '--endpoints <how>',
        'assumed: a Service that nobody lists endpoints for has one; listed: as the manifests say',
      )
        .choices(['assumed', 'listed'])
        .default('assumed'),
    )
    .addOption(
      new Option('--live', 'send requests to two addresses and compare the answers').default(false, ''),
    )
    .addOption(
      new Option(
        '--requests <file>',
        'with --live: a file of expectations, or an access log (nginx, combined)',
      ),
    )
    .addOption(new Option('--host <url>', 'with an access log: whose it is, http://shop.test'))
    .addOption(
      new Option('--unsafe', 'with --live: send other methods than GET, HEAD and OPTIONS too').default(
        false,
        '',
      ),
    )
    .addOption(new Option('-k, --insecure', 'with --live: take any certificate').default(false, ''))
    .addHelpText('after', diffHelp)
  addTableFlags(command).action(async (before: string, after: string, flags: DiffFlags) => {
    const { diff } = await import('../diff/diff.ts')
    process.exitCode = await diff(before, after, flags)
  })
}
