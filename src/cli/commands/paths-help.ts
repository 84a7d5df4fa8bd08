// What help says about the paths of a command.

/** For arguments that name manifests. */
export const pathsHelp =
  'directories (with all below them), files, or - for standard input; default ./manifests'
