# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_streamgen_global_optspecs
    string join \n module= service= streamx= out= I/include= descriptor-set= type= gen-path= runtime= no-recurse= idl-ref= combine-service= use= invoker= copy-idl= record= string-type= bytes-type= map-type= serde= enum-as-text= keep-unknown-fields= only-reachable= type-attribute= field-attribute= extern-path= rename= skip-debug= compile-well-known-types= descriptors= default-handlers= mock= no-handler-edit= ci= check= diff= dry-run= emit= q/quiet= v/verbose= message-format= explain= completions= man-page toml-schema version handler-return-keep-resp= deep-copy-api= no-fast-api= frugal-pretouch= local-thriftgo= no-dependency-check= tpl= thrift= thrift-plugin= thrift-plugin-time-limit= protobuf= protobuf-plugin= frugal-struct= hessian2= protocol= template-extension= template-dir= compiler-path= h/help
end

function __fish_streamgen_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_streamgen_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_streamgen_using_subcommand
    set -l cmd (__fish_streamgen_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c streamgen -n "__fish_streamgen_needs_command" -l module -d 'Name of the Cargo package, as in -module shop; taken from an existing Cargo.toml when absent' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l service -d 'Name the service is deployed under, as in -service shop; also writes src/main.rs and src/handler.rs' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l streamx -d 'Generate the StreamX surface, one client for ping-pong and streaming methods: -streamx' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l out -d 'Folder of the Cargo package, as in -out services/shop' -r -F
complete -c streamgen -n "__fish_streamgen_needs_command" -s I -l include -d 'Folder to search for included IDL files, as in -I idl; may be repeated' -r -F
complete -c streamgen -n "__fish_streamgen_needs_command" -l descriptor-set -d 'Read this FileDescriptorSet instead of .proto files; IDL names a file in it' -r -F
complete -c streamgen -n "__fish_streamgen_needs_command" -l type -d 'IDL language, when the file\'s suffix does not tell: thrift or protobuf' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l gen-path -d 'Folder below src/ for generated code' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l runtime -d 'Where a new Cargo.toml finds streamgen-runtime: path:DIR, version:REQUIREMENT or git:URL[#REV]' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l no-recurse -d 'Generate the code of the IDL itself, and leave that of included files to other runs; Thrift only' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l idl-ref -d 'Types of these IDL files exist in Rust, as in -idl-ref idl-ref.yaml; Thrift only' -r -F
complete -c streamgen -n "__fish_streamgen_needs_command" -l combine-service -d 'Serve all services of the IDL as one, which is called CombineService' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l use -d 'With -service: the code exists in this module, as in -use shop_gen::stream_gen' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l invoker -d 'Give servers `into_invoker`, to be called without a socket; with -service, src/lib.rs replaces src/main.rs' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l copy-idl -d 'Copy the IDL and what it includes beside the generated code, into the folder idl' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l record -d 'Write streamgen-all.sh, which runs streamgen for every IDL of the project' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l string-type -d 'Rust type of string: faststr or string' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l bytes-type -d 'Rust type of binary: bytes, the default, or vec; for fields of messages \'Page.image=vec\' too' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l map-type -d 'Rust types of map and set: hash, the default, or btree; for fields of messages \'Page.terms=btree\' too' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l serde -d 'Derive serde\'s traits, with the names of the IDL: -serde' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l enum-as-text -d 'Derive serde\'s traits, with an enum as its name in the IDL instead of its number' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l keep-unknown-fields -d 'Keep fields that the IDL does not have, and write them back' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l only-reachable -d 'Leave out structs that no service of the IDL reaches' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l type-attribute -d 'Attribute for types, as in \'echo.Request=#[derive(Eq)]\'; may be repeated' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l field-attribute -d 'Attribute for fields, as in \'Request.id=#[serde(skip)]\'; may be repeated' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l extern-path -d 'Part of the IDL that exists in Rust, as in \'base=::common::base\'; may be repeated' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l rename -d 'Rust name of a package, a definition or a member, as in \'acme.Order.id=key\'; may be repeated' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l skip-debug -d 'Types whose Debug is written by hand, as in \'echo.Request\'; may be repeated' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l compile-well-known-types -d 'Generate google.protobuf instead of taking prost\'s types for it' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l descriptors -d 'Write the descriptors of Protobuf as FILE_DESCRIPTOR_SET, for server reflection' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l default-handlers -d 'Give the traits of handlers a body for each method, which answers "unimplemented"' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l mock -d 'Give services a `Mock…` for tests, a handler that is told which calls to expect and what to answer' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l no-handler-edit -d 'Tell what existing handlers and programs lack, instead of inserting it: -no-handler-edit' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l ci -d 'Write the workflow that builds, lints, tests and checks, unless there is one: -ci github or -ci gitlab' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l check -d 'Write nothing, and fail unless every file is as it would be written, for CI: -check' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l diff -d 'Write nothing, and print what would change, as a unified diff on stdout: -diff | git apply' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l dry-run -d 'Write nothing, and say what would be done with each file' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l emit -d 'Write nothing, and print the IDL on stdout as other programs read it: ast, which is JSON' -r -f -a "ast\t'The shared AST'"
complete -c streamgen -n "__fish_streamgen_needs_command" -s q -l quiet -d 'Say nothing but errors and warnings: -q' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -s v -l verbose -d 'Say what is done with each file, and what took how long: -v' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l message-format -d 'Form of messages: human on stderr, or json on stdout, one object a line' -r -f -a "human\t'People'
json\t'Programs'"
complete -c streamgen -n "__fish_streamgen_needs_command" -l explain -d 'Print what the code of a message means, and exit, as in -explain SG0022' -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l completions -d 'Print a script for the completion of flags: bash, zsh, fish or powershell' -r -f -a "bash\t''
elvish\t''
fish\t''
powershell\t''
zsh\t''"
complete -c streamgen -n "__fish_streamgen_needs_command" -l handler-return-keep-resp -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l deep-copy-api -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l no-fast-api -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l frugal-pretouch -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l local-thriftgo -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l no-dependency-check -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l tpl -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l thrift -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l thrift-plugin -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l thrift-plugin-time-limit -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l protobuf -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l protobuf-plugin -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l frugal-struct -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l hessian2 -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l protocol -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l template-extension -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l template-dir -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l compiler-path -r
complete -c streamgen -n "__fish_streamgen_needs_command" -l man-page -d 'Print the manual page'
complete -c streamgen -n "__fish_streamgen_needs_command" -l toml-schema -d 'Print the JSON schema of streamgen.toml, for editors'
complete -c streamgen -n "__fish_streamgen_needs_command" -l version -d 'Print version'
complete -c streamgen -n "__fish_streamgen_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c streamgen -n "__fish_streamgen_needs_command" -a "init" -d 'Write a streamgen.toml, of the IDLs and flags that are given, or of what the project or a Kitex repository has recorded, or of the IDLs in this folder'
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l module -d 'Name of the Cargo package, as in -module shop; taken from an existing Cargo.toml when absent' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l service -d 'Name the service is deployed under, as in -service shop; also writes src/main.rs and src/handler.rs' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l streamx -d 'Generate the StreamX surface, one client for ping-pong and streaming methods: -streamx' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l out -d 'Folder of the Cargo package, where the file is written' -r -F
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -s I -l include -d 'Folder to search for included IDL files, as in -I idl; may be repeated' -r -F
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l descriptor-set -d 'Read this FileDescriptorSet instead of .proto files; IDL names a file in it' -r -F
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l type -d 'IDL language, when the file\'s suffix does not tell: thrift or protobuf' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l gen-path -d 'Folder below src/ for generated code' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l runtime -d 'Where a new Cargo.toml finds streamgen-runtime: path:DIR, version:REQUIREMENT or git:URL[#REV]' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l no-recurse -d 'Generate the code of the IDL itself, and leave that of included files to other runs; Thrift only' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l idl-ref -d 'Types of these IDL files exist in Rust, as in -idl-ref idl-ref.yaml; Thrift only' -r -F
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l combine-service -d 'Serve all services of the IDL as one, which is called CombineService' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l use -d 'With -service: the code exists in this module, as in -use shop_gen::stream_gen' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l invoker -d 'Give servers `into_invoker`, to be called without a socket; with -service, src/lib.rs replaces src/main.rs' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l copy-idl -d 'Copy the IDL and what it includes beside the generated code, into the folder idl' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l record -d 'Write streamgen-all.sh, which runs streamgen for every IDL of the project' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l string-type -d 'Rust type of string: faststr or string' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l bytes-type -d 'Rust type of binary: bytes, the default, or vec; for fields of messages \'Page.image=vec\' too' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l map-type -d 'Rust types of map and set: hash, the default, or btree; for fields of messages \'Page.terms=btree\' too' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l serde -d 'Derive serde\'s traits, with the names of the IDL: -serde' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l enum-as-text -d 'Derive serde\'s traits, with an enum as its name in the IDL instead of its number' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l keep-unknown-fields -d 'Keep fields that the IDL does not have, and write them back' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l only-reachable -d 'Leave out structs that no service of the IDL reaches' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l type-attribute -d 'Attribute for types, as in \'echo.Request=#[derive(Eq)]\'; may be repeated' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l field-attribute -d 'Attribute for fields, as in \'Request.id=#[serde(skip)]\'; may be repeated' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l extern-path -d 'Part of the IDL that exists in Rust, as in \'base=::common::base\'; may be repeated' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l rename -d 'Rust name of a package, a definition or a member, as in \'acme.Order.id=key\'; may be repeated' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l skip-debug -d 'Types whose Debug is written by hand, as in \'echo.Request\'; may be repeated' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l compile-well-known-types -d 'Generate google.protobuf instead of taking prost\'s types for it' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l descriptors -d 'Write the descriptors of Protobuf as FILE_DESCRIPTOR_SET, for server reflection' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l default-handlers -d 'Give the traits of handlers a body for each method, which answers "unimplemented"' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l mock -d 'Give services a `Mock…` for tests, a handler that is told which calls to expect and what to answer' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l no-handler-edit -d 'Tell what existing handlers and programs lack, instead of inserting it: -no-handler-edit' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l ci -d 'Write the workflow that builds, lints, tests and checks, unless there is one: -ci github or -ci gitlab' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -s q -l quiet -d 'Say nothing but errors and warnings: -q' -r
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l message-format -d 'Form of messages: human on stderr, or json on stdout, one object a line' -r -f -a "human\t'People'
json\t'Programs'"
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -l man-page -d 'Print the manual page'
complete -c streamgen -n "__fish_streamgen_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
