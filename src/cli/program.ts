// Which commands there are, in the order of --help. What a command does is loaded only when it is called, so that --version
// and --help are quick.
import { Command, type Option } from 'commander'
import { readVersion } from '../app/version.ts'
import { addAnnotations } from './commands/add-annotations.ts'
import { addCert } from './commands/add-cert.ts'
import { addCheck } from './commands/add-check.ts'
import { addCompletion } from './commands/add-completion.ts'
import { addDemo } from './commands/add-demo.ts'
import { addDescribe } from './commands/add-describe.ts'
import { addDiff } from './commands/add-diff.ts'
import { addDump } from './commands/add-dump.ts'
import { addExplain } from './commands/add-explain.ts'
import { addGet } from './commands/add-get.ts'
import { addHosts } from './commands/add-hosts.ts'
import { addInit } from './commands/add-init.ts'
import { addRoutes } from './commands/add-routes.ts'
import { addRun } from './commands/add-run.ts'
import { addStatus } from './commands/add-status.ts'
import { addTest } from './commands/add-test.ts'
import { addTop } from './commands/add-top.ts'
import { addTrust } from './commands/add-trust.ts'
import { addUntrust } from './commands/add-untrust.ts'

/** The whole command line; errors of usage are thrown as `CommanderError` or `UsageError`. */
export function createProgram(): Command {
  const program = new Command('portico')
    .description('A layer-7 ingress proxy: point it at Kubernetes YAML, and it serves by those rules.')
    .version(readVersion(), '-V, --version')
    .exitOverride()
    .configureHelp({ helpWidth: 120, optionDescription: describeOption })
    .addHelpText('after', examplesHelp)
  program.commandsGroup('Serve:')
  addRun(program)
  addDemo(program)
  addInit(program)
  program.commandsGroup('Find mistakes, before a cluster does:')
  addCheck(program)
  addTest(program)
  addDiff(program)
  program.commandsGroup('Ask where requests go, and why:')
  addExplain(program)
  addRoutes(program)
  addGet(program)
  addDescribe(program)
  addDump(program)
  addAnnotations(program)
  program.commandsGroup('See what a running instance does:')
  addStatus(program)
  addTop(program)
  program.commandsGroup('Names and certificates on this machine:')
  addCert(program)
  addTrust(program)
  addUntrust(program)
  addHosts(program)
  program.commandsGroup('Your shell:')
  addCompletion(program)
  program.commandsGroup('Help:')
  program.helpCommand('help [command]', 'what a command does, and its flags, as COMMAND --help does')
  return program
}

/** Without commander's own mention of the environment variable: the rule for its name is stated once, below. */
function describeOption(option: Option): string {
  const value = option.defaultValueDescription ?? (option.isBoolean() ? undefined : option.defaultValue)
  return value === undefined || value === ''
    ? option.description
    : `${option.description} (default: ${value})`
}

const examplesHelp = `
Without a command, \`portico [PATH...]\` means \`portico run [PATH...]\`. \`portico COMMAND --help\` says more.

Examples:
  portico demo                                    try it with the examples that come along
  portico init --from 5173                        a first Ingress and Service for the dev server on port 5173
  portico run ./k8s                               serve the rules in ./k8s, follow every change
  helm template ./chart | portico check --no-secrets -
                                                  find mistakes before a cluster does
  portico explain http://shop.test/cart ./k8s     who gets this request, and why nobody else

Every flag can also be set by environment: --http-port is PORTICO_HTTP_PORT. Colours are for terminals; NO_COLOR=1 turns them off.
Exit codes: 0 clean, 1 problems found, 2 wrong usage or unreadable input, 3 could not start, 130/143 ended by a signal.
`
