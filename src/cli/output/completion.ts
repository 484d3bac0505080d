export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];
export type CompletionNode = { name: string; summary: string; options: string[] };

function renderBash(commands: readonly CompletionNode[]): string {
  const cases = commands.map(
    ({ name, options }) => `    ${name}) words='${[...options, '--help'].join(' ')}' ;;`,
  );
  return `# bash completion of crane
_crane() {
  local current=\${COMP_WORDS[COMP_CWORD]} words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${commands.map(({ name }) => name).join(' ')} help --help --version'
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current") $(crane ls -q 2>/dev/null | grep -- "^$current")) ;;
  esac
}
complete -F _crane crane
`;
}

function renderZsh(commands: readonly CompletionNode[]): string {
  const names = commands.map(
    ({ name, summary }) => `    '${name}:${summary.replaceAll("'", '').replaceAll(':', ' -')}'`,
  );
  const cases = commands.map(
    ({ name, options }) => `    ${name}) compadd -- ${[...options, '--help'].join(' ')} ;;`,
  );
  return `#compdef crane
_crane() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  if [[ $PREFIX != -* ]]; then
    compadd -- \${(f)"$(crane ls -q 2>/dev/null)"}
    _files
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
}
_crane "$@"
`;
}

function renderFish(commands: readonly CompletionNode[]): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c crane -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", '')}'`,
    ...options.map(
      (option) => `complete -c crane -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`,
    ),
  ]);
  return `# fish completion of crane
${lines.join('\n')}
complete -c crane -n 'not __fish_use_subcommand' -a '(crane ls -q 2>/dev/null)'
`;
}

/** Commands and their options, and the names of apps asked from \`crane ls -q\`. */
export function renderCompletion(shell: Shell, commands: readonly CompletionNode[]): string {
  return { bash: renderBash, zsh: renderZsh, fish: renderFish }[shell](commands);
}
