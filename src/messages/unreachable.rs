//! Messages that `-only-reachable` leaves out.

use streamgen_idl::prost_types::{DescriptorProto, FileDescriptorProto};

use crate::plan::Plan;

use super::given::join;

/// Takes the messages out that the plan does not keep.
pub(super) fn remove(plan: &Plan<'_>, file: &mut FileDescriptorProto) {
    if plan.options().only_reachable {
        let package = file.package().to_owned();
        retain(plan, &package, &mut file.message_type);
    }
}

/// What is nested in a message that goes, goes too. Entries of maps are not in the plan, and stay.
fn retain(plan: &Plan<'_>, scope: &str, messages: &mut Vec<DescriptorProto>) {
    messages.retain_mut(|message| {
        let full_name = join(scope, message.name());
        retain(plan, &full_name, &mut message.nested_type);
        let id = plan.protobuf.find(&full_name);
        id.is_none_or(|id| plan.keeps(id))
    });
}
