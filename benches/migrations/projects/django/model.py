

class M000(models.Model):
    name = models.CharField(max_length=100)
    previous = models.ForeignKey("M001", models.CASCADE, null=True)
    r = models.BigIntegerField(default=0)

    class Meta:
        db_table = "m000"
        indexes = [models.Index(fields=["r"], name="m000_r")]
