//! Cycles and order in a directed graph, without recursion: the graphs come from IDL files, and a
//! chain of a hundred thousand typedefs must not overflow the stack.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};

/// The strongly connected components, each after the ones it leads to (Tarjan's algorithm).
///
/// `edges[node]` lists the nodes that `node` leads to. Takes time linear in nodes and edges.
pub(crate) fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search {
        edges,
        index: vec![None; edges.len()],
        low: vec![0; edges.len()],
        open: vec![false; edges.len()],
        stack: Vec::new(),
        found: Vec::new(),
        visited: 0,
    };
    for node in 0..edges.len() {
        if search.index[node].is_none() {
            search.visit_from(node);
        }
    }
    search.found
}

struct Search<'a> {
    edges: &'a [Vec<usize>],
    index: Vec<Option<usize>>,
    /// The smallest index that is reachable through the open nodes.
    low: Vec<usize>,
    /// Whether the node is on `stack`, its component not yet known.
    open: Vec<bool>,
    stack: Vec<usize>,
    found: Vec<Vec<usize>>,
    visited: usize,
}

impl Search<'_> {
    fn visit_from(&mut self, root: usize) {
        let edges = self.edges;
        let mut path = vec![(root, 0)];
        self.enter(root);
        while let Some((node, next_edge)) = path.last_mut() {
            let node = *node;
            let Some(&target) = edges[node].get(*next_edge) else {
                path.pop();
                if let Some(&(parent, _)) = path.last() {
                    self.low[parent] = self.low[parent].min(self.low[node]);
                }
                self.leave(node);
                continue;
            };
            *next_edge += 1;
            match self.index[target] {
                None => {
                    self.enter(target);
                    path.push((target, 0));
                }
                Some(index) if self.open[target] => self.low[node] = self.low[node].min(index),
                Some(_) => {}
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.index[node] = Some(self.visited);
        self.low[node] = self.visited;
        self.visited += 1;
        self.open[node] = true;
        self.stack.push(node);
    }

    /// Closes the component of which `node` was entered first, if it is such a node.
    fn leave(&mut self, node: usize) {
        if self.index[node] != Some(self.low[node]) {
            return;
        }
        let start = self
            .stack
            .iter()
            .rposition(|&open| open == node)
            .unwrap_or(0);
        let component = self.stack.split_off(start);
        for &member in &component {
            self.open[member] = false;
        }
        self.found.push(component);
    }
}

/// A shortest way from the smallest node of a component back to itself, that node first; `None`
/// when the component is one node that does not lead to itself.
pub(crate) fn cycle(edges: &[Vec<usize>], component: &[usize]) -> Option<Vec<usize>> {
    let start = *component.iter().min()?;
    let members: HashSet<usize> = component.iter().copied().collect();
    let mut came_from = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &target in edges[node].iter().filter(|target| members.contains(target)) {
            if target == start {
                let mut path: Vec<usize> =
                    std::iter::successors(Some(node), |node| came_from.get(node).copied())
                        .collect();
                path.reverse();
                return Some(path);
            }
            if let Entry::Vacant(entry) = came_from.entry(target) {
                entry.insert(node);
                queue.push_back(target);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_led_to_comes_first() {
        // 0 → 1 → 2, 0 → 2, 3 alone
        let edges = [vec![1, 2], vec![2], vec![], vec![]];
        assert_eq!(components(&edges), [[2], [1], [0], [3]]);
        assert!(
            components(&edges)
                .iter()
                .all(|component| cycle(&edges, component).is_none())
        );
    }

    #[test]
    fn rings_and_loops_are_found_with_their_path() {
        // 0 → 1 → 2 → 1, 2 → 3 → 3
        let edges = [vec![1], vec![2], vec![3, 1], vec![3]];
        let found: Vec<_> = components(&edges)
            .iter()
            .filter_map(|c| cycle(&edges, c))
            .collect();
        assert_eq!(found, [vec![3], vec![1, 2]]);
    }

    #[test]
    fn long_chains_need_no_stack() {
        let length = 200_000;
        let ring: Vec<Vec<usize>> = (0..length).map(|node| vec![(node + 1) % length]).collect();
        let found = components(&ring);
        assert_eq!(found.len(), 1);
        assert_eq!(cycle(&ring, &found[0]).map(|path| path.len()), Some(length));
    }
}
