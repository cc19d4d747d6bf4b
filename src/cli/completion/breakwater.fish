# Completion of breakwater for fish. In ~/.config/fish/config.fish:
#   breakwater completion fish | source

function __breakwater_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct | string unescape | string collect --allow-empty)

    # The one on the PATH, whatever path is typed: that may lead to a program of somebody else's.
    set -l lines (command breakwater __complete -- $words[2..] "$current" 2>/dev/null)
    switch "$lines[1]"
        case words
            printf '%s\n' $lines[2..]
        case 'files*' folders
            set -l flag (string match --regex -- '^--[^=]*=' $current)
            set -l pattern '/(?:\t|$)'
            switch $lines[1]
                case files
                    set pattern .
                case 'files *'
                    set -l endings (string split ' ' -- $lines[1])[2..]
                    set pattern '(?:/|\.(?:'(string join '|' $endings)'))(?:\t|$)'
            end
            set -l path (string replace --regex -- '^--[^=]*=' '' $current)
            for file in (__fish_complete_path $path | string match --regex --entire -- $pattern)
                printf '%s\n' "$flag$file"
            end
    end
end

complete --command breakwater --no-files --keep-order --arguments '(__breakwater_complete)'
