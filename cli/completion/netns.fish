# Completion of netns for fish: `netns completion fish | source` in config.fish.
function _netns
    set -l before (commandline -opc)
    set -l lines ($before[1] complete -- $before[2..] (commandline -ct) 2>/dev/null)
    switch "$lines[1]"
        case words
            printf '%s\n' $lines[2..]
        case files
            __fish_complete_path (commandline -ct)
        case folders
            __fish_complete_directories (commandline -ct)
        case 'command*'
            __fish_complete_subcommand --fcs-skip=(string replace 'command ' '' $lines[1])
    end
end
complete --command netns --no-files --keep-order --arguments '(_netns)'
