//! A long chain of models, which is a ring too, compiles and is asked: the compiler must not look
//! through all of them to know that one is `Send`. No higher recursion limit is asked for.

use carafe::prelude::*;
use carafe_db::Models;

macro_rules! ring {
    ($($one:ident $next:ident),+) => {
        $(
            #[derive(Model, Debug)]
            pub(crate) struct $one {
                pub(crate) id: i64,
                pub(crate) next: ForeignKey<$next>,
                pub(crate) all: ManyToMany<$next>,
            }
        )+

        fn ring() -> Models {
            models![$($one),+]
        }
    };
}

ring!(M0 M1, M1 M2, M2 M3, M3 M4, M4 M5, M5 M6, M6 M7, M7 M8, M8 M9, M9 M10, M10 M11, M11 M12, M12 M13, M13 M14, M14 M15, M15 M16, M16 M17, M17 M18, M18 M19, M19 M20, M20 M21, M21 M22, M22 M23, M23 M24, M24 M25, M25 M26, M26 M27, M27 M28, M28 M29, M29 M30, M30 M31, M31 M32, M32 M33, M33 M34, M34 M35, M35 M36, M36 M37, M37 M38, M38 M39, M39 M40, M40 M41, M41 M42, M42 M43, M43 M44, M44 M45, M45 M46, M46 M47, M47 M48, M48 M49, M49 M50, M50 M51, M51 M52, M52 M53, M53 M54, M54 M55, M55 M56, M56 M57, M57 M58, M58 M59, M59 M60, M60 M61, M61 M62, M62 M63, M63 M64, M64 M65, M65 M66, M66 M67, M67 M68, M68 M69, M69 M70, M70 M71, M71 M72, M72 M73, M73 M74, M74 M75, M75 M76, M76 M77, M77 M78, M78 M79, M79 M80, M80 M81, M81 M82, M82 M83, M83 M84, M84 M85, M85 M86, M86 M87, M87 M88, M88 M89, M89 M90, M90 M91, M91 M92, M92 M93, M93 M94, M94 M95, M95 M96, M96 M97, M97 M98, M98 M99, M99 M100, M100 M101, M101 M102, M102 M103, M103 M104, M104 M105, M105 M106, M106 M107, M107 M108, M108 M109, M109 M110, M110 M111, M111 M112, M112 M113, M113 M114, M114 M115, M115 M116, M116 M117, M117 M118, M118 M119, M119 M120, M120 M121, M121 M122, M122 M123, M123 M124, M124 M125, M125 M126, M126 M127, M127 M128, M128 M129, M129 M130, M130 M131, M131 M132, M132 M133, M133 M134, M134 M135, M135 M136, M136 M137, M137 M138, M138 M139, M139 M140, M140 M141, M141 M142, M142 M143, M143 M144, M144 M145, M145 M146, M146 M147, M147 M148, M148 M149, M149 M150, M150 M151, M151 M152, M152 M153, M153 M154, M154 M155, M155 M156, M156 M157, M157 M158, M158 M159, M159 M160, M160 M161, M161 M162, M162 M163, M163 M164, M164 M165, M165 M166, M166 M167, M167 M168, M168 M169, M169 M170, M170 M171, M171 M172, M172 M173, M173 M174, M174 M175, M175 M176, M176 M177, M177 M178, M178 M179, M179 M180, M180 M181, M181 M182, M182 M183, M183 M184, M184 M185, M185 M186, M186 M187, M187 M188, M188 M189, M189 M190, M190 M191, M191 M192, M192 M193, M193 M194, M194 M195, M195 M196, M196 M197, M197 M198, M198 M199, M199 M0);

fn shared<T: Send + Sync>(value: T) -> T {
    value
}

#[test]
fn two_hundred_related_models_compile() {
    let mut schema = M0::schema();
    let mut count = 0;
    loop {
        schema = schema.field("next").unwrap().relation.unwrap().target();
        count += 1;
        if schema.is(M0::schema()) {
            break;
        }
    }
    assert_eq!(count, 200);
    assert_eq!(shared(M0::blank()).next.pk(), None);
    assert_eq!(M0::NEXT.on(M1::NEXT).on(M2::ID).to_string(), "next.next.id");
}

/// All tables, with one row each, which refers to the next; the last to the first.
async fn filled() -> Db {
    let db = Db::open("sqlite::memory:").await.unwrap().with_models(ring());
    assert_eq!(db.create_tables().await.unwrap().len(), 400);
    let fill = db.atomic(async |tx| {
        for number in 0..200 {
            let sql = format!("insert into m{number} (id, next_id) values (?, ?)");
            tx.execute(sql, (1000 + number, 1000 + (number + 1) % 200)).await?;
        }
        Ok(())
    });
    fill.await.unwrap();
    db
}

#[tokio::test]
async fn a_part_of_the_chain_is_read_along() {
    let db = filled().await;
    let path = M0::NEXT.on(M1::NEXT).on(M2::NEXT).on(M3::NEXT);
    let path = path.on(M4::NEXT).on(M5::NEXT).on(M6::NEXT).on(M7::NEXT);
    let query = M0::all().select_related(path).filter(path.on(M8::ID).eq(1008));
    // In a task, which wants it to be `Send`.
    let counted = db.counted();
    let asking = counted.clone();
    let first = tokio::spawn(async move { query.get(asking.db()).await }).await.unwrap().unwrap();
    assert_eq!(counted.count(), 1);

    let fourth = first.next.get().unwrap().next.get().unwrap().next.get().unwrap();
    let fourth = fourth.next.get().unwrap();
    let last = fourth.next.get().unwrap().next.get().unwrap().next.get().unwrap();
    let last = last.next.get().unwrap();
    assert_eq!((first.id, fourth.id, last.id), (1000, 1004, 1008));
    assert!(last.next.get().is_err_and(|error| error.is_not_loaded()));
}

#[tokio::test]
async fn the_ring_is_closed() {
    let db = filled().await;
    let back = M198::NEXT.on(M199::NEXT).on(M0::NEXT).on(M1::ID);
    assert_eq!(M198::all().values(back).get(&db).await.unwrap(), 1001);

    let last = M199::all().get(&db).await.unwrap();
    last.related(M199::ALL).add([&M0 { id: 1000, ..M0::blank() }], &db).await.unwrap();
    let last = M199::all().prefetch_related(M199::ALL.on(M0::ALL)).get(&db).await.unwrap();
    let first = &last.all.get().unwrap()[0];
    assert_eq!((first.id, first.all.get().unwrap().len()), (1000, 0));
}
