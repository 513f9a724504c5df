//! Operators over constants, applied when a rule is compiled.

use super::{Machine, Scope, Scratch};
use crate::json::{Text, Val};
use crate::memory::{Grow, text_of};
use crate::rule::special::Folded;
use crate::rule::{Fractional, Operator, Program};

/// More is left to the evaluation, whose budget answers for it.
const STEPS: u32 = 1_000;

/// What an operator that looks at nothing but its arguments makes of constants; `None` where it fails or gives a list.
pub(crate) fn fold(program: &Program, operator: Operator, arguments: &[Val]) -> Option<Folded> {
    let mut scratch = Scratch::default();
    scratch.stack.put_all(arguments);
    let mut machine = Machine {
        program,
        input: "",
        scratch: &mut scratch,
        scope: Scope::Context,
        whole: false,
        flag_key: Text::EMPTY,
        now: 0,
        version: Fractional::V2,
        steps: STEPS,
        #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
        over: None,
    };
    match machine.apply(operator, 0).ok()? {
        Val::Str(text) => Some(Folded::Text(text_of(machine.text(text)))),
        Val::List(_) | Val::Map(_) => None,
        scalar => Some(Folded::Scalar(scalar)),
    }
}
