// `portico completion`.
import { Argument, type Command } from 'commander'
import { type Shell, shells } from '../completion/shells.ts'

const completionHelp = `
For the shell you are in, and for each that is opened later:
  bash    echo 'source <(portico completion bash)' >> ~/.bashrc
  zsh     echo 'source <(portico completion zsh)' >> ~/.zshrc          (below compinit)
  fish    portico completion fish > ~/.config/fish/completions/portico.fish
`

/** Adds `completion`. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands, flags and their values in your shell')
    .addArgument(new Argument('<shell>', shells.join(', ')).choices(shells))
    .addHelpText('after', completionHelp)
    .action(async (shell: Shell) => {
      const { renderCompletion } = await import('../completion/completion.ts')
      process.stdout.write(renderCompletion(program, shell))
    })
}
