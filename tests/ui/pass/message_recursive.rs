//! Messages that hold themselves, in every way in which that ends.

use std::collections::BTreeMap;

use rpcplugin::{BinaryMessage, ShapeSchema, TypeSchema};

#[derive(Debug, PartialEq, BinaryMessage)]
struct Tree {
    children: Vec<Tree>,
    only: Option<Box<Tree>>,
    named: BTreeMap<String, Tree>,
    pair: Vec<(u8, Tree)>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Forest(Vec<Forest>);

#[derive(Debug, PartialEq, BinaryMessage)]
enum List {
    #[binary(id = 0)]
    End,
    #[binary(id = 1)]
    Next(u8, Box<List>),
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Node {
    #[binary(id = 1)]
    next: Option<Box<Node>>,
    #[binary(id = 2)]
    named: BTreeMap<u32, Node>,
    #[binary(oneof)]
    either: Option<Either>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(oneof)]
enum Either {
    #[binary(id = 3)]
    Node(Box<Node>),
    #[binary(id = 4)]
    Text(String),
}

fn main() {
    let tree = || Tree { children: vec![], only: None, named: BTreeMap::new(), pair: vec![] };
    let tall = Tree { children: vec![tree()], only: Some(Box::new(tree())), ..tree() };
    assert_eq!(Tree::decode_slice(&tall.encode_to_vec().unwrap()).unwrap(), tall);
    let list = List::Next(1, Box::new(List::Next(2, Box::new(List::End))));
    assert_eq!(list.encode_to_vec().unwrap(), [1, 1, 1, 2, 0]);
    assert_eq!(Forest(vec![Forest(vec![])]).encoded_size(), 8);
    let node = || Node { next: None, named: BTreeMap::new(), either: None };
    let node = Node { either: Some(Either::Node(Box::new(node()))), ..node() };
    assert_eq!(node.encode_to_vec().unwrap(), [0x1a, 0]);
    let ShapeSchema::Struct { fields, .. } = Tree::SCHEMA.shape else { panic!("a struct") };
    assert!(matches!(fields[0].ty, TypeSchema::List(TypeSchema::Message(_))));
}
