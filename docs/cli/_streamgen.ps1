
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'streamgen' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'streamgen'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'streamgen' {
            [CompletionResult]::new('--module', '--module', [CompletionResultType]::ParameterName, 'Name of the Cargo package, as in -module shop; taken from an existing Cargo.toml when absent')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Name the service is deployed under, as in -service shop; also writes src/main.rs and src/handler.rs')
            [CompletionResult]::new('--streamx', '--streamx', [CompletionResultType]::ParameterName, 'Generate the StreamX surface, one client for ping-pong and streaming methods: -streamx')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Folder of the Cargo package, as in -out services/shop')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Folder to search for included IDL files, as in -I idl; may be repeated')
            [CompletionResult]::new('--include', '--include', [CompletionResultType]::ParameterName, 'Folder to search for included IDL files, as in -I idl; may be repeated')
            [CompletionResult]::new('--descriptor-set', '--descriptor-set', [CompletionResultType]::ParameterName, 'Read this FileDescriptorSet instead of .proto files; IDL names a file in it')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'IDL language, when the file''s suffix does not tell: thrift or protobuf')
            [CompletionResult]::new('--gen-path', '--gen-path', [CompletionResultType]::ParameterName, 'Folder below src/ for generated code')
            [CompletionResult]::new('--runtime', '--runtime', [CompletionResultType]::ParameterName, 'Where a new Cargo.toml finds streamgen-runtime: path:DIR, version:REQUIREMENT or git:URL[#REV]')
            [CompletionResult]::new('--no-recurse', '--no-recurse', [CompletionResultType]::ParameterName, 'Generate the code of the IDL itself, and leave that of included files to other runs; Thrift only')
            [CompletionResult]::new('--idl-ref', '--idl-ref', [CompletionResultType]::ParameterName, 'Types of these IDL files exist in Rust, as in -idl-ref idl-ref.yaml; Thrift only')
            [CompletionResult]::new('--combine-service', '--combine-service', [CompletionResultType]::ParameterName, 'Serve all services of the IDL as one, which is called CombineService')
            [CompletionResult]::new('--use', '--use', [CompletionResultType]::ParameterName, 'With -service: the code exists in this module, as in -use shop_gen::stream_gen')
            [CompletionResult]::new('--invoker', '--invoker', [CompletionResultType]::ParameterName, 'Give servers `into_invoker`, to be called without a socket; with -service, src/lib.rs replaces src/main.rs')
            [CompletionResult]::new('--copy-idl', '--copy-idl', [CompletionResultType]::ParameterName, 'Copy the IDL and what it includes beside the generated code, into the folder idl')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Write streamgen-all.sh, which runs streamgen for every IDL of the project')
            [CompletionResult]::new('--string-type', '--string-type', [CompletionResultType]::ParameterName, 'Rust type of string: faststr or string')
            [CompletionResult]::new('--bytes-type', '--bytes-type', [CompletionResultType]::ParameterName, 'Rust type of binary: bytes, the default, or vec; for fields of messages ''Page.image=vec'' too')
            [CompletionResult]::new('--map-type', '--map-type', [CompletionResultType]::ParameterName, 'Rust types of map and set: hash, the default, or btree; for fields of messages ''Page.terms=btree'' too')
            [CompletionResult]::new('--serde', '--serde', [CompletionResultType]::ParameterName, 'Derive serde''s traits, with the names of the IDL: -serde')
            [CompletionResult]::new('--enum-as-text', '--enum-as-text', [CompletionResultType]::ParameterName, 'Derive serde''s traits, with an enum as its name in the IDL instead of its number')
            [CompletionResult]::new('--keep-unknown-fields', '--keep-unknown-fields', [CompletionResultType]::ParameterName, 'Keep fields that the IDL does not have, and write them back')
            [CompletionResult]::new('--only-reachable', '--only-reachable', [CompletionResultType]::ParameterName, 'Leave out structs that no service of the IDL reaches')
            [CompletionResult]::new('--type-attribute', '--type-attribute', [CompletionResultType]::ParameterName, 'Attribute for types, as in ''echo.Request=#[derive(Eq)]''; may be repeated')
            [CompletionResult]::new('--field-attribute', '--field-attribute', [CompletionResultType]::ParameterName, 'Attribute for fields, as in ''Request.id=#[serde(skip)]''; may be repeated')
            [CompletionResult]::new('--extern-path', '--extern-path', [CompletionResultType]::ParameterName, 'Part of the IDL that exists in Rust, as in ''base=::common::base''; may be repeated')
            [CompletionResult]::new('--rename', '--rename', [CompletionResultType]::ParameterName, 'Rust name of a package, a definition or a member, as in ''acme.Order.id=key''; may be repeated')
            [CompletionResult]::new('--skip-debug', '--skip-debug', [CompletionResultType]::ParameterName, 'Types whose Debug is written by hand, as in ''echo.Request''; may be repeated')
            [CompletionResult]::new('--compile-well-known-types', '--compile-well-known-types', [CompletionResultType]::ParameterName, 'Generate google.protobuf instead of taking prost''s types for it')
            [CompletionResult]::new('--descriptors', '--descriptors', [CompletionResultType]::ParameterName, 'Write the descriptors of Protobuf as FILE_DESCRIPTOR_SET, for server reflection')
            [CompletionResult]::new('--default-handlers', '--default-handlers', [CompletionResultType]::ParameterName, 'Give the traits of handlers a body for each method, which answers "unimplemented"')
            [CompletionResult]::new('--mock', '--mock', [CompletionResultType]::ParameterName, 'Give services a `Mock…` for tests, a handler that is told which calls to expect and what to answer')
            [CompletionResult]::new('--no-handler-edit', '--no-handler-edit', [CompletionResultType]::ParameterName, 'Tell what existing handlers and programs lack, instead of inserting it: -no-handler-edit')
            [CompletionResult]::new('--ci', '--ci', [CompletionResultType]::ParameterName, 'Write the workflow that builds, lints, tests and checks, unless there is one: -ci github or -ci gitlab')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail unless every file is as it would be written, for CI: -check')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Write nothing, and print what would change, as a unified diff on stdout: -diff | git apply')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Write nothing, and say what would be done with each file')
            [CompletionResult]::new('--emit', '--emit', [CompletionResultType]::ParameterName, 'Write nothing, and print the IDL on stdout as other programs read it: ast, which is JSON')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors and warnings: -q')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors and warnings: -q')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is done with each file, and what took how long: -v')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is done with each file, and what took how long: -v')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Form of messages: human on stderr, or json on stdout, one object a line')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Print what the code of a message means, and exit, as in -explain SG0022')
            [CompletionResult]::new('--completions', '--completions', [CompletionResultType]::ParameterName, 'Print a script for the completion of flags: bash, zsh, fish or powershell')
            [CompletionResult]::new('--handler-return-keep-resp', '--handler-return-keep-resp', [CompletionResultType]::ParameterName, 'handler-return-keep-resp')
            [CompletionResult]::new('--deep-copy-api', '--deep-copy-api', [CompletionResultType]::ParameterName, 'deep-copy-api')
            [CompletionResult]::new('--no-fast-api', '--no-fast-api', [CompletionResultType]::ParameterName, 'no-fast-api')
            [CompletionResult]::new('--frugal-pretouch', '--frugal-pretouch', [CompletionResultType]::ParameterName, 'frugal-pretouch')
            [CompletionResult]::new('--local-thriftgo', '--local-thriftgo', [CompletionResultType]::ParameterName, 'local-thriftgo')
            [CompletionResult]::new('--no-dependency-check', '--no-dependency-check', [CompletionResultType]::ParameterName, 'no-dependency-check')
            [CompletionResult]::new('--tpl', '--tpl', [CompletionResultType]::ParameterName, 'tpl')
            [CompletionResult]::new('--thrift', '--thrift', [CompletionResultType]::ParameterName, 'thrift')
            [CompletionResult]::new('--thrift-plugin', '--thrift-plugin', [CompletionResultType]::ParameterName, 'thrift-plugin')
            [CompletionResult]::new('--thrift-plugin-time-limit', '--thrift-plugin-time-limit', [CompletionResultType]::ParameterName, 'thrift-plugin-time-limit')
            [CompletionResult]::new('--protobuf', '--protobuf', [CompletionResultType]::ParameterName, 'protobuf')
            [CompletionResult]::new('--protobuf-plugin', '--protobuf-plugin', [CompletionResultType]::ParameterName, 'protobuf-plugin')
            [CompletionResult]::new('--frugal-struct', '--frugal-struct', [CompletionResultType]::ParameterName, 'frugal-struct')
            [CompletionResult]::new('--hessian2', '--hessian2', [CompletionResultType]::ParameterName, 'hessian2')
            [CompletionResult]::new('--protocol', '--protocol', [CompletionResultType]::ParameterName, 'protocol')
            [CompletionResult]::new('--template-extension', '--template-extension', [CompletionResultType]::ParameterName, 'template-extension')
            [CompletionResult]::new('--template-dir', '--template-dir', [CompletionResultType]::ParameterName, 'template-dir')
            [CompletionResult]::new('--compiler-path', '--compiler-path', [CompletionResultType]::ParameterName, 'compiler-path')
            [CompletionResult]::new('--man-page', '--man-page', [CompletionResultType]::ParameterName, 'Print the manual page')
            [CompletionResult]::new('--toml-schema', '--toml-schema', [CompletionResultType]::ParameterName, 'Print the JSON schema of streamgen.toml, for editors')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a streamgen.toml, of the IDLs and flags that are given, or of what the project or a Kitex repository has recorded, or of the IDLs in this folder')
            break
        }
        'streamgen;init' {
            [CompletionResult]::new('--module', '--module', [CompletionResultType]::ParameterName, 'Name of the Cargo package, as in -module shop; taken from an existing Cargo.toml when absent')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Name the service is deployed under, as in -service shop; also writes src/main.rs and src/handler.rs')
            [CompletionResult]::new('--streamx', '--streamx', [CompletionResultType]::ParameterName, 'Generate the StreamX surface, one client for ping-pong and streaming methods: -streamx')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Folder of the Cargo package, where the file is written')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Folder to search for included IDL files, as in -I idl; may be repeated')
            [CompletionResult]::new('--include', '--include', [CompletionResultType]::ParameterName, 'Folder to search for included IDL files, as in -I idl; may be repeated')
            [CompletionResult]::new('--descriptor-set', '--descriptor-set', [CompletionResultType]::ParameterName, 'Read this FileDescriptorSet instead of .proto files; IDL names a file in it')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'IDL language, when the file''s suffix does not tell: thrift or protobuf')
            [CompletionResult]::new('--gen-path', '--gen-path', [CompletionResultType]::ParameterName, 'Folder below src/ for generated code')
            [CompletionResult]::new('--runtime', '--runtime', [CompletionResultType]::ParameterName, 'Where a new Cargo.toml finds streamgen-runtime: path:DIR, version:REQUIREMENT or git:URL[#REV]')
            [CompletionResult]::new('--no-recurse', '--no-recurse', [CompletionResultType]::ParameterName, 'Generate the code of the IDL itself, and leave that of included files to other runs; Thrift only')
            [CompletionResult]::new('--idl-ref', '--idl-ref', [CompletionResultType]::ParameterName, 'Types of these IDL files exist in Rust, as in -idl-ref idl-ref.yaml; Thrift only')
            [CompletionResult]::new('--combine-service', '--combine-service', [CompletionResultType]::ParameterName, 'Serve all services of the IDL as one, which is called CombineService')
            [CompletionResult]::new('--use', '--use', [CompletionResultType]::ParameterName, 'With -service: the code exists in this module, as in -use shop_gen::stream_gen')
            [CompletionResult]::new('--invoker', '--invoker', [CompletionResultType]::ParameterName, 'Give servers `into_invoker`, to be called without a socket; with -service, src/lib.rs replaces src/main.rs')
            [CompletionResult]::new('--copy-idl', '--copy-idl', [CompletionResultType]::ParameterName, 'Copy the IDL and what it includes beside the generated code, into the folder idl')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Write streamgen-all.sh, which runs streamgen for every IDL of the project')
            [CompletionResult]::new('--string-type', '--string-type', [CompletionResultType]::ParameterName, 'Rust type of string: faststr or string')
            [CompletionResult]::new('--bytes-type', '--bytes-type', [CompletionResultType]::ParameterName, 'Rust type of binary: bytes, the default, or vec; for fields of messages ''Page.image=vec'' too')
            [CompletionResult]::new('--map-type', '--map-type', [CompletionResultType]::ParameterName, 'Rust types of map and set: hash, the default, or btree; for fields of messages ''Page.terms=btree'' too')
            [CompletionResult]::new('--serde', '--serde', [CompletionResultType]::ParameterName, 'Derive serde''s traits, with the names of the IDL: -serde')
            [CompletionResult]::new('--enum-as-text', '--enum-as-text', [CompletionResultType]::ParameterName, 'Derive serde''s traits, with an enum as its name in the IDL instead of its number')
            [CompletionResult]::new('--keep-unknown-fields', '--keep-unknown-fields', [CompletionResultType]::ParameterName, 'Keep fields that the IDL does not have, and write them back')
            [CompletionResult]::new('--only-reachable', '--only-reachable', [CompletionResultType]::ParameterName, 'Leave out structs that no service of the IDL reaches')
            [CompletionResult]::new('--type-attribute', '--type-attribute', [CompletionResultType]::ParameterName, 'Attribute for types, as in ''echo.Request=#[derive(Eq)]''; may be repeated')
            [CompletionResult]::new('--field-attribute', '--field-attribute', [CompletionResultType]::ParameterName, 'Attribute for fields, as in ''Request.id=#[serde(skip)]''; may be repeated')
            [CompletionResult]::new('--extern-path', '--extern-path', [CompletionResultType]::ParameterName, 'Part of the IDL that exists in Rust, as in ''base=::common::base''; may be repeated')
            [CompletionResult]::new('--rename', '--rename', [CompletionResultType]::ParameterName, 'Rust name of a package, a definition or a member, as in ''acme.Order.id=key''; may be repeated')
            [CompletionResult]::new('--skip-debug', '--skip-debug', [CompletionResultType]::ParameterName, 'Types whose Debug is written by hand, as in ''echo.Request''; may be repeated')
            [CompletionResult]::new('--compile-well-known-types', '--compile-well-known-types', [CompletionResultType]::ParameterName, 'Generate google.protobuf instead of taking prost''s types for it')
            [CompletionResult]::new('--descriptors', '--descriptors', [CompletionResultType]::ParameterName, 'Write the descriptors of Protobuf as FILE_DESCRIPTOR_SET, for server reflection')
            [CompletionResult]::new('--default-handlers', '--default-handlers', [CompletionResultType]::ParameterName, 'Give the traits of handlers a body for each method, which answers "unimplemented"')
            [CompletionResult]::new('--mock', '--mock', [CompletionResultType]::ParameterName, 'Give services a `Mock…` for tests, a handler that is told which calls to expect and what to answer')
            [CompletionResult]::new('--no-handler-edit', '--no-handler-edit', [CompletionResultType]::ParameterName, 'Tell what existing handlers and programs lack, instead of inserting it: -no-handler-edit')
            [CompletionResult]::new('--ci', '--ci', [CompletionResultType]::ParameterName, 'Write the workflow that builds, lints, tests and checks, unless there is one: -ci github or -ci gitlab')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors and warnings: -q')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors and warnings: -q')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Form of messages: human on stderr, or json on stdout, one object a line')
            [CompletionResult]::new('--man-page', '--man-page', [CompletionResultType]::ParameterName, 'Print the manual page')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
