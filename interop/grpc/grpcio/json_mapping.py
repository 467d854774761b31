"""Answers, on standard output, what Google's library makes of JSON and of Protobuf's bytes.

    json_mapping.py IDL

A request is a line of JSON, and so is its answer, as with ../../kitex/cmd/generic. A method has the name of its
message. The tests of ../../codec are at the other end.
"""

import base64
import json
import pathlib
import sys

from google.protobuf import json_format, message_factory

import protos

idl = pathlib.Path(sys.argv[1])
pool = protos.pool(idl.name, idl.parent)
service = pool.FindFileByName(idl.name).services_by_name["Mapping"]


def message(asked):
    method = service.methods_by_name[asked["method"]]
    return message_factory.GetMessageClass(method.input_type)()


def write(asked):
    found = json_format.Parse(
        asked["json"], message(asked), ignore_unknown_fields=True, descriptor_pool=pool
    )
    return {"wire": base64.b64encode(found.SerializeToString()).decode()}


def read(asked):
    found = message(asked)
    found.ParseFromString(base64.b64decode(asked["wire"]))
    text = json_format.MessageToJson(
        found,
        indent=None,
        descriptor_pool=pool,
        preserving_proto_field_name=asked["names"],
        use_integers_for_enums=asked["numbers"],
    )
    return {"json": text}


for line in sys.stdin:
    asked = json.loads(line)
    answer = {"error": ""}
    try:
        answer |= {"write": write, "read": read}[asked["op"]](asked)
    except Exception as error:  # whatever the library refuses with
        answer["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(answer), flush=True)
