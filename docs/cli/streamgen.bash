_streamgen() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="streamgen"
                ;;
            streamgen,init)
                cmd="streamgen__subcmd__init"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        streamgen)
            opts="-I -q -v -h --module --service --streamx --out --include --descriptor-set --type --gen-path --runtime --no-recurse --idl-ref --combine-service --use --invoker --copy-idl --record --string-type --bytes-type --map-type --serde --enum-as-text --keep-unknown-fields --only-reachable --type-attribute --field-attribute --extern-path --rename --skip-debug --compile-well-known-types --descriptors --default-handlers --mock --no-handler-edit --ci --check --diff --dry-run --emit --quiet --verbose --message-format --explain --completions --man-page --toml-schema --version --handler-return-keep-resp --deep-copy-api --no-fast-api --frugal-pretouch --local-thriftgo --no-dependency-check --tpl --thrift --thrift-plugin --thrift-plugin-time-limit --protobuf --protobuf-plugin --frugal-struct --hessian2 --protocol --template-extension --template-dir --compiler-path --help init"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --module)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --service)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --streamx)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --out)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --include)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -I)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --descriptor-set)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --type)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --gen-path)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --runtime)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --no-recurse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --idl-ref)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --combine-service)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --use)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --invoker)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --copy-idl)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --record)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --string-type)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bytes-type)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --map-type)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --serde)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --enum-as-text)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --keep-unknown-fields)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only-reachable)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --type-attribute)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --field-attribute)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --extern-path)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --skip-debug)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --compile-well-known-types)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --descriptors)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --default-handlers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --mock)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --no-handler-edit)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ci)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --check)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --diff)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --dry-run)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --emit)
                    COMPREPLY=($(compgen -W "ast" -- "${cur}"))
                    return 0
                    ;;
                --quiet)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -q)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --verbose)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -v)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --message-format)
                    COMPREPLY=($(compgen -W "human json" -- "${cur}"))
                    return 0
                    ;;
                --explain)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --completions)
                    COMPREPLY=($(compgen -W "bash elvish fish powershell zsh" -- "${cur}"))
                    return 0
                    ;;
                --handler-return-keep-resp)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --deep-copy-api)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --no-fast-api)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --frugal-pretouch)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --local-thriftgo)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --no-dependency-check)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --tpl)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --thrift)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --thrift-plugin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --thrift-plugin-time-limit)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --protobuf)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --protobuf-plugin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --frugal-struct)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --hessian2)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --protocol)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --template-extension)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --template-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --compiler-path)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        streamgen__subcmd__init)
            opts="-I -q -h --module --service --streamx --out --include --descriptor-set --type --gen-path --runtime --no-recurse --idl-ref --combine-service --use --invoker --copy-idl --record --string-type --bytes-type --map-type --serde --enum-as-text --keep-unknown-fields --only-reachable --type-attribute --field-attribute --extern-path --rename --skip-debug --compile-well-known-types --descriptors --default-handlers --mock --no-handler-edit --ci --quiet --message-format --man-page --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --module)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --service)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --streamx)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --out)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --include)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -I)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --descriptor-set)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --type)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --gen-path)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --runtime)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --no-recurse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --idl-ref)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --combine-service)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --use)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --invoker)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --copy-idl)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --record)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --string-type)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bytes-type)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --map-type)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --serde)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --enum-as-text)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --keep-unknown-fields)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only-reachable)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --type-attribute)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --field-attribute)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --extern-path)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --skip-debug)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --compile-well-known-types)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --descriptors)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --default-handlers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --mock)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --no-handler-edit)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ci)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --quiet)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -q)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --message-format)
                    COMPREPLY=($(compgen -W "human json" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _streamgen -o nosort -o bashdefault -o default streamgen
else
    complete -F _streamgen -o bashdefault -o default streamgen
fi
