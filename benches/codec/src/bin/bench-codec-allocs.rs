//! Allocations per message, after warm-up.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use bench_codec::table::{Operation, SHAPES, row};

/// Messages over which is averaged.
const MESSAGES: usize = 1000;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes to `System` unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(ptr, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn main() {
    println!("| shape | op | allocations per message |");
    println!("|---|---|---|");
    for shape in SHAPES {
        for operation in Operation::ALL {
            let mut cells = Vec::new();
            for (name, mut run) in row(shape, operation, 1) {
                run(2);
                let before = ALLOCATIONS.load(Ordering::Relaxed);
                run(MESSAGES);
                let after = ALLOCATIONS.load(Ordering::Relaxed);
                cells.push(format!(
                    "{name} {}",
                    (after - before) as f64 / MESSAGES as f64
                ));
            }
            println!("| {shape} | {} | {} |", operation.name(), cells.join(", "));
        }
    }
}
