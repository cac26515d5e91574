package io.otflow;

import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures;
import java.io.Externalizable;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.util.Random;

/** Who may know whom. */
@AnalyzeClasses(packages = "io.otflow", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule dependenciesPointOneWay =
      Architectures.layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("cli")
          .definedBy("io.otflow.cli..")
          .layer("demo")
          .definedBy("io.otflow.demo..")
          .layer("bench")
          .definedBy("io.otflow.bench..")
          .layer("watch")
          .definedBy("io.otflow.watch..")
          .layer("page")
          .definedBy("io.otflow.page..")
          .layer("evaluate")
          .definedBy("io.otflow.evaluate..")
          .layer("local")
          .definedBy("io.otflow.local..")
          .layer("flink")
          .definedBy("io.otflow.flink..")
          .layer("kafka")
          .definedBy("io.otflow.kafka..")
          .layer("codec")
          .definedBy("io.otflow.codec..")
          .layer("train")
          .definedBy("io.otflow.train..")
          .layer("detect")
          .definedBy("io.otflow.detect..")
          .layer("engine")
          .definedBy("io.otflow.engine..")
          .layer("flow")
          .definedBy("io.otflow.flow..")
          .layer("math")
          .definedBy("io.otflow.math..")
          .layer("model")
          .definedBy("io.otflow.model..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("demo")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("bench")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("watch")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("page")
          .mayOnlyBeAccessedByLayers("cli", "watch")
          .whereLayer("evaluate")
          .mayOnlyBeAccessedByLayers("cli", "page")
          .whereLayer("local")
          .mayOnlyBeAccessedByLayers("demo", "bench")
          .whereLayer("flink")
          .mayOnlyBeAccessedByLayers("cli", "watch", "demo", "bench", "local")
          .whereLayer("kafka")
          .mayOnlyBeAccessedByLayers("cli", "watch", "demo", "bench", "local", "flink")
          .whereLayer("codec")
          .mayOnlyBeAccessedByLayers("cli", "watch", "demo", "bench", "local", "flink", "kafka")
          .whereLayer("train")
          .mayOnlyBeAccessedByLayers("cli", "demo", "bench", "local", "flink")
          .whereLayer("detect")
          .mayOnlyBeAccessedByLayers(
              "cli", "watch", "demo", "bench", "local", "flink", "train", "page", "evaluate")
          .whereLayer("engine")
          .mayOnlyBeAccessedByLayers(
              "cli", "watch", "demo", "bench", "local", "flink", "train", "detect")
          .whereLayer("flow")
          .mayOnlyBeAccessedByLayers("cli", "watch", "bench", "train", "engine");

  @ArchTest
  static final ArchRule noPackageCycles =
      slices().matching("io.otflow.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theCoreKnowsNoStream =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.otflow.math..",
              "io.otflow.flow..",
              "io.otflow.engine..",
              "io.otflow.model..",
              "io.otflow.train..",
              "io.otflow.detect..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.flink..", "org.apache.kafka..", "org.apache.avro..", "io.otflow.avro..");

  @ArchTest
  static final ArchRule codecsKnowNoStream =
      noClasses()
          .that()
          .resideInAPackage("io.otflow.codec..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..");

  @ArchTest
  static final ArchRule vectorsStayInTheirPackage =
      onlyIn("io.otflow.engine.simd..", "jdk.incubator..");

  @ArchTest
  static final ArchRule theGpuStaysInItsPackage =
      onlyIn("io.otflow.engine.cuda..", "com.sun.jna..");

  @ArchTest
  static final ArchRule nd4jStaysInItsPackage =
      onlyIn("io.otflow.engine.nd4j..", "org.nd4j..", "org.bytedeco..");

  /** Nobody outside knows a package, nor the libraries that are its own. */
  private static ArchRule onlyIn(String home, String... libraries) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(home)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries);
  }

  /**
   * What comes from outside decides on no class; the methods that Avro generates are not called.
   */
  @ArchTest
  static final ArchRule nothingIsSerializedByJava =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.otflow.avro")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ObjectInput.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ObjectOutput.class)
          .orShould()
          .implement(Externalizable.class)
          .orShould()
          .callMethodWhere(
              JavaCall.Predicates.target(nameMatching("readObject|readExternal|writeExternal")));

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.otflow.cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule nothingIsRandomWithoutASeed =
      noClasses()
          .should()
          .callConstructor(Random.class)
          .orShould()
          .callConstructor(java.util.SplittableRandom.class)
          .orShould()
          .callMethod(Math.class, "random");

  @ArchTest
  static void everyPackageSaysWhatItIs(JavaClasses classes) {
    ArchCondition<JavaClass> haveDocumentedPackage =
        new ArchCondition<>("reside in a package with package-info.java") {
          @Override
          public void check(JavaClass type, ConditionEvents events) {
            String file = type.getPackageName().replace('.', '/') + "/package-info.java";
            if (!java.nio.file.Files.exists(java.nio.file.Path.of("src/main/java", file))) {
              events.add(SimpleConditionEvent.violated(type, file + " is missing"));
            }
          }
        };
    classes()
        .that()
        .resideOutsideOfPackage("io.otflow.avro")
        .should(haveDocumentedPackage)
        .check(classes);
  }
}
