//! `-extern-path`: a package that another crate was generated from, and one message that this crate has
//! by hand.

use option_proto_extern_path::pen::Pen;
use option_proto_extern_path::stream_gen::samples::pens::Case;
use option_proto_extern_path::stream_gen::samples::shapes::drawings::{
    Drawings, DrawingsClient, DrawingsServer,
};
use option_proto_extern_path::stream_gen::samples::shapes::{Drawing, drawing::First};
use snapshots::proto3::stream_gen::samples::proto3::Scalars;
use streamgen_runtime::prost::{DecodeError, Message as _};
use streamgen_runtime::{Context, Result, Server};

fn pen(colour: &str) -> Pen {
    Pen {
        colour: colour.to_owned(),
    }
}

fn drawing(pen: Pen) -> Drawing {
    Drawing {
        scalars: Some(Scalars::default()),
        pens: [("first".to_owned(), pen.clone())].into(),
        case: Some(Case {
            pens: vec![pen.clone()],
        }),
        first: Some(First::Pen(pen)),
        ..Drawing::default()
    }
}

#[test]
fn messages_of_another_crate_travel_in_ours() -> Result<(), DecodeError> {
    let drawing = drawing(pen("red"));
    let read = Drawing::decode(drawing.encode_to_vec().as_slice())?;
    assert_eq!(read, drawing);
    assert_eq!(read.pens["first"].pigment(), "cadmium red");
    Ok(())
}

struct Copier;

impl Drawings for Copier {
    async fn copy(&self, _: Context, req: Pen) -> Result<Drawing> {
        Ok(drawing(req))
    }
}

#[tokio::test]
async fn a_message_by_hand_is_a_request_too() -> Result<()> {
    let server = Server::builder().add_service(DrawingsServer::new(Copier));
    let server = server.bind("127.0.0.1:0").await?;
    let address = server.local_addr()?;
    tokio::spawn(server.serve());
    let client = DrawingsClient::builder("drawings").address(address.to_string());
    let answer = client.build()?.copy(pen("green")).await?;
    assert_eq!(answer, drawing(pen("green")));
    Ok(())
}

/// The package that is elsewhere has a service: that is elsewhere as well.
#[test]
fn nothing_is_generated_twice() {
    let modules = include_str!("../src/stream_gen/samples.rs");
    assert!(modules.contains("pub mod shapes;") && !modules.contains("proto3"));
}
