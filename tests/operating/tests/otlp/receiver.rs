//! A collector of the OpenTelemetry protocol over HTTP, as small as one can be: it takes
//! each request on loopback, decodes it and keeps its spans.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::KeyValue,
    common::v1::any_value::Value, trace::v1::Span,
};
use prost::Message;

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
    /// What was wrong with requests.
    faults: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    pub(crate) fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Receiver {
            address: listener.local_addr().unwrap(),
            received: Arc::default(),
            faults: Arc::default(),
        };
        let (received, faults) = (receiver.received.clone(), receiver.faults.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (received, faults) = (received.clone(), faults.clone());
                thread::spawn(move || {
                    if let Err(fault) = serve(stream.unwrap(), &received) {
                        faults.lock().unwrap().push(fault);
                    }
                });
            }
        });
        receiver
    }

    /// All spans of all requests.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let faults = self.faults.lock().unwrap();
        assert!(faults.is_empty(), "{faults:?}");
        let received = self.received.lock().unwrap();
        received
            .iter()
            .flat_map(|request| &request.resource_spans)
            .flat_map(|resource| &resource.scope_spans)
            .flat_map(|scope| scope.spans.clone())
            .collect()
    }

    /// The names of the services that have sent something.
    pub(crate) fn services(&self) -> Vec<String> {
        let received = self.received.lock().unwrap();
        let resources = received.iter().flat_map(|request| &request.resource_spans);
        let mut services: Vec<String> = resources
            .filter_map(|spans| spans.resource.as_ref())
            .filter_map(|resource| attributes(&resource.attributes).remove("service.name"))
            .collect();
        services.dedup();
        services
    }

    pub(crate) fn n_requests(&self) -> usize {
        self.received.lock().unwrap().len()
    }
}

/// Answers the requests of one connection until it is closed.
fn serve(
    stream: TcpStream,
    received: &Mutex<Vec<ExportTraceServiceRequest>>,
) -> Result<(), String> {
    let mut reader = BufReader::new(stream);
    while let Some((path, body)) = request(&mut reader).map_err(|error| error.to_string())? {
        if path != "POST /v1/traces HTTP/1.1" {
            return Err(format!("expected spans, got {path}"));
        }
        let request = ExportTraceServiceRequest::decode(&*body).map_err(|e| e.to_string())?;
        // Before the answer: who waits for a flush then sees it.
        received.lock().unwrap().push(request);
        let answer =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        let stream = reader.get_mut();
        stream.write_all(answer).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Reads one request: its first line and its body. `None` if there is none any more.
fn request(reader: &mut impl BufRead) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some((first.trim_end().to_owned(), body)))
}

/// Attributes by name, each as text.
pub(crate) fn attributes(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |attribute: &KeyValue| match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(value) => Some(value.clone()),
        Value::IntValue(value) => Some(value.to_string()),
        other => Some(format!("{other:?}")),
    };
    attributes
        .iter()
        .filter_map(|attribute| Some((attribute.key.clone(), text(attribute)?)))
        .collect()
}
