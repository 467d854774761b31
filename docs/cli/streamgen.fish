complete -c streamgen -l module -d 'Name of the Cargo package, as in -module shop; taken from an existing Cargo.toml when absent' -r
complete -c streamgen -l service -d 'Name the service is deployed under, as in -service shop; also writes src/main.rs and src/handler.rs' -r
complete -c streamgen -l streamx -d 'Generate the StreamX surface, one client for ping-pong and streaming methods: -streamx' -r
complete -c streamgen -l out -d 'Folder of the Cargo package, as in -out services/shop' -r -F
complete -c streamgen -s I -l include -d 'Folder to search for included IDL files, as in -I idl; may be repeated' -r -F
complete -c streamgen -l descriptor-set -d 'Read this FileDescriptorSet instead of .proto files; IDL names a file in it' -r -F
complete -c streamgen -l type -d 'IDL language, when the file\'s suffix does not tell: thrift or protobuf' -r
complete -c streamgen -l gen-path -d 'Folder below src/ for generated code' -r
complete -c streamgen -l runtime -d 'Where a new Cargo.toml finds streamgen-runtime: path:DIR, version:REQUIREMENT or git:URL[#REV]' -r
complete -c streamgen -l no-recurse -d 'Generate the code of the IDL itself, and leave that of included files to other runs; Thrift only' -r
complete -c streamgen -l idl-ref -d 'Types of these IDL files exist in Rust, as in -idl-ref idl-ref.yaml; Thrift only' -r -F
complete -c streamgen -l combine-service -d 'Serve all services of the IDL as one, which is called CombineService' -r
complete -c streamgen -l use -d 'With -service: the code exists in this module, as in -use shop_gen::stream_gen' -r
complete -c streamgen -l invoker -d 'Give servers `into_invoker`, to be called without a socket; with -service, src/lib.rs replaces src/main.rs' -r
complete -c streamgen -l copy-idl -d 'Copy the IDL and what it includes beside the generated code, into the folder idl' -r
complete -c streamgen -l record -d 'Write streamgen-all.sh, which runs streamgen for every IDL of the project' -r
complete -c streamgen -l string-type -d 'Rust type of string: faststr or string' -r
complete -c streamgen -l bytes-type -d 'Rust type of binary: bytes, the default, or vec; for fields of messages \'Page.image=vec\' too' -r
complete -c streamgen -l map-type -d 'Rust types of map and set: hash, the default, or btree; for fields of messages \'Page.terms=btree\' too' -r
complete -c streamgen -l serde -d 'Derive serde\'s traits, with the names of the IDL: -serde' -r
complete -c streamgen -l enum-as-text -d 'Derive serde\'s traits, with an enum as its name in the IDL instead of its number' -r
complete -c streamgen -l keep-unknown-fields -d 'Keep fields that the IDL does not have, and write them back' -r
complete -c streamgen -l only-reachable -d 'Leave out structs that no service of the IDL reaches' -r
complete -c streamgen -l type-attribute -d 'Attribute for types, as in \'echo.Request=#[derive(Eq)]\'; may be repeated' -r
complete -c streamgen -l field-attribute -d 'Attribute for fields, as in \'Request.id=#[serde(skip)]\'; may be repeated' -r
complete -c streamgen -l extern-path -d 'Part of the IDL that exists in Rust, as in \'base=::common::base\'; may be repeated' -r
complete -c streamgen -l rename -d 'Rust name of a package, a definition or a member, as in \'acme.Order.id=key\'; may be repeated' -r
complete -c streamgen -l skip-debug -d 'Types whose Debug is written by hand, as in \'echo.Request\'; may be repeated' -r
complete -c streamgen -l compile-well-known-types -d 'Generate google.protobuf instead of taking prost\'s types for it' -r
complete -c streamgen -l descriptors -d 'Write the descriptors of Protobuf as FILE_DESCRIPTOR_SET, for server reflection' -r
complete -c streamgen -l default-handlers -d 'Give the traits of handlers a body for each method, which answers "unimplemented"' -r
complete -c streamgen -l no-handler-edit -d 'Tell what existing handlers and programs lack, instead of inserting it: -no-handler-edit' -r
complete -c streamgen -l check -d 'Write nothing, and fail unless every file is as it would be written, for CI: -check' -r
complete -c streamgen -l diff -d 'Write nothing, and print what would change, as a unified diff on stdout: -diff | git apply' -r
complete -c streamgen -l dry-run -d 'Write nothing, and say what would be done with each file' -r
complete -c streamgen -s q -l quiet -d 'Say nothing but errors and warnings: -q' -r
complete -c streamgen -s v -l verbose -d 'Say what is done with each file, and what took how long: -v' -r
complete -c streamgen -l message-format -d 'Form of messages: human on stderr, or json on stdout, one object a line' -r -f -a "human\t'People'
json\t'Programs'"
complete -c streamgen -l explain -d 'Print what the code of a message means, and exit, as in -explain SG0022' -r
complete -c streamgen -l completions -d 'Print a script for the completion of flags: bash, zsh, fish or powershell' -r -f -a "bash\t''
elvish\t''
fish\t''
powershell\t''
zsh\t''"
complete -c streamgen -l handler-return-keep-resp -r
complete -c streamgen -l deep-copy-api -r
complete -c streamgen -l no-fast-api -r
complete -c streamgen -l frugal-pretouch -r
complete -c streamgen -l local-thriftgo -r
complete -c streamgen -l no-dependency-check -r
complete -c streamgen -l tpl -r
complete -c streamgen -l thrift -r
complete -c streamgen -l thrift-plugin -r
complete -c streamgen -l thrift-plugin-time-limit -r
complete -c streamgen -l protobuf -r
complete -c streamgen -l protobuf-plugin -r
complete -c streamgen -l frugal-struct -r
complete -c streamgen -l hessian2 -r
complete -c streamgen -l protocol -r
complete -c streamgen -l template-extension -r
complete -c streamgen -l template-dir -r
complete -c streamgen -l compiler-path -r
complete -c streamgen -l man-page -d 'Print the manual page'
complete -c streamgen -l version -d 'Print version'
complete -c streamgen -s h -l help -d 'Print help (see more with \'--help\')'
