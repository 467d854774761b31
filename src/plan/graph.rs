//! Circles in a directed graph, without recursion: an IDL may nest as deep as it likes.

/// The strongly connected components of a graph.
#[derive(Clone, Debug)]
pub(super) struct Components {
    /// The number of the component that each node is in.
    pub(super) of: Vec<usize>,
    /// The nodes of each component; no component leads to a later one.
    pub(super) members: Vec<Vec<usize>>,
}

impl Components {
    /// Kosaraju's algorithm. `edges[node]` are the nodes that `node` leads to.
    pub(super) fn of(edges: &[Vec<usize>]) -> Self {
        let mut backward = vec![Vec::new(); edges.len()];
        for (from, targets) in edges.iter().enumerate() {
            for &to in targets {
                backward[to].push(from);
            }
        }
        let mut of = vec![usize::MAX; edges.len()];
        let mut members: Vec<Vec<usize>> = Vec::new();
        for start in finish_order(edges).into_iter().rev() {
            if of[start] != usize::MAX {
                continue;
            }
            let mut found = Vec::new();
            let mut stack = vec![start];
            while let Some(node) = stack.pop() {
                if of[node] == usize::MAX {
                    of[node] = members.len();
                    found.push(node);
                    stack.extend(&backward[node]);
                }
            }
            members.push(found);
        }
        // They were found from the outside in.
        let count = members.len();
        members.reverse();
        of.iter_mut()
            .for_each(|number| *number = count - 1 - *number);
        Self { of, members }
    }
}

/// Nodes in the order in which a depth-first search leaves them.
fn finish_order(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut seen = vec![false; edges.len()];
    let mut order = Vec::with_capacity(edges.len());
    for start in 0..edges.len() {
        let mut stack = vec![(start, 0)];
        while let Some((node, next)) = stack.pop() {
            if next == 0 && std::mem::replace(&mut seen[node], true) {
                continue;
            }
            match edges[node].get(next) {
                Some(&to) => {
                    stack.push((node, next + 1));
                    if !seen[to] {
                        stack.push((to, 0));
                    }
                }
                None => order.push(node),
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::Components;

    #[test]
    fn circles_come_after_what_they_lead_to() {
        let found = Components::of(&[vec![1], vec![2], vec![1, 3], vec![], vec![0]]);
        let mut members = found.members;
        members.iter_mut().for_each(|one| one.sort_unstable());
        assert_eq!(members, [vec![3], vec![1, 2], vec![0], vec![4]]);
        assert_eq!(found.of, [2, 1, 1, 0, 3]);
    }
}
