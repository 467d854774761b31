//! Constants.

use streamgen_idl::model::{Const, DefId};

use crate::layout;
use crate::plan::{ModuleId, Plan};

use super::docs;

/// The text of a constant.
pub(super) fn render(plan: &Plan<'_>, module: ModuleId, id: DefId, item: &Const) -> String {
    let constant = plan.constant(module, &item.ty, &item.value);
    docs(plan, id) + &layout::constant(plan.names.ident(id), &constant)
}
